// The global `mcp`: tools of other MCP servers, listed, described, searched and called. What may be called the server
// decides, call by call. The modules `mcp:<server>` are made from `bind` and `named`.
"use strict";
((inner) => {
  const { op_mcp_tool, op_mcp_tool_sync, op_mcp_arguments } = inner.core.ops;
  const {
    ArrayIsArray, ArrayPrototypeJoin, ArrayPrototypeMap, ArrayPrototypePush, Error, JSONParse, JSONStringify, ObjectDefineProperty,
    PromisePrototypeThen, Proxy, ReflectHas, SafeMap, StringPrototypeSlice, StringPrototypeTrimStart, TypeError, Uint8Array,
  } = inner.primordials;
  const fromBase64 = Uint8Array.fromBase64;
  const DETAILS = ["name", "summary", "full"];

  const textOf = (value, what) => {
    if (typeof value === "string" && value !== "") return value;
    throw new TypeError(`${what} is a non-empty string`);
  };
  const ask = async (kind, server = "", tool = "", text = "", number = 0) =>
    JSONParse(await op_mcp_tool(kind, server, tool, text, number));

  // Schemas of the tools that this run has called.
  const schemas = new SafeMap();
  ArrayPrototypePush(inner.ends, () => schemas.clear());
  const schemaOf = (server, tool) => {
    const key = JSONStringify([server, tool]);
    let schema = schemas.get(key);
    if (schema === undefined) {
      schema = op_mcp_tool("schema", server, tool, "", 0);
      schemas.set(key, schema);
      // A server that could not be asked may be there the next time.
      PromisePrototypeThen(schema, undefined, () => schemas.delete(key));
    }
    return schema;
  };

  // The arguments as JSON, checked; "" for none.
  const checked = async (server, tool, args) => {
    const given = args === undefined || args === null ? {} : args;
    if (typeof given !== "object" || ArrayIsArray(given)) {
      throw new TypeError(`${tool} of ${server} takes one object with its arguments by name`);
    }
    const json = JSONStringify(given);
    if (json === undefined) throw new TypeError(`the arguments of ${tool} of ${server} are no JSON`);
    const problems = op_mcp_arguments(await schemaOf(server, tool), json);
    if (problems !== "") throw new TypeError(`${tool} of ${server} was not called: ${problems}`);
    return args === undefined || args === null ? "" : json;
  };

  const callTool = async (server, tool, args = undefined) => {
    textOf(server, "the name of a server");
    textOf(tool, "the name of a tool");
    return ask("call", server, tool, await checked(server, tool, args));
  };

  // --- results as values

  const bytesOf = (base64) => {
    try {
      return fromBase64(base64);
    } catch {
      // Not base64: as it came.
      return base64;
    }
  };
  const decoded = (block) => {
    if (block?.type === "image" || block?.type === "audio") return { ...block, data: bytesOf(block.data) };
    if (block?.type === "resource" && typeof block.resource?.blob === "string") {
      const { blob, ...resource } = block.resource;
      return { ...block, resource: { ...resource, blob: bytesOf(blob) } };
    }
    return block;
  };
  const valueOf = (text) => {
    const start = StringPrototypeSlice(StringPrototypeTrimStart(text), 0, 1);
    if (start !== "{" && start !== "[") return text;
    try {
      return JSONParse(text);
    } catch {
      return text;
    }
  };
  const failure = (server, tool, result) => {
    const texts = [];
    for (let i = 0; i < result.content.length; i++) {
      if (result.content[i]?.type === "text") ArrayPrototypePush(texts, result.content[i].text);
    }
    const text = ArrayPrototypeJoin(texts, "\n");
    const error = new Error(`${tool} of ${server}: ${text === "" ? "the tool failed and did not say why" : text}`);
    for (const [name, value] of [["server", server], ["tool", tool], ["result", result]]) {
      ObjectDefineProperty(error, name, { __proto__: null, value, enumerable: false, writable: true, configurable: true });
    }
    return error;
  };
  // structuredContent; otherwise the one text, read as JSON where it is an object or a list; otherwise the content.
  const unwrapped = (server, tool, result) => {
    const content = ArrayIsArray(result.content) ? result.content : [];
    if (result.isError === true) throw failure(server, tool, { ...result, content });
    if (result.structuredContent !== undefined) return result.structuredContent;
    if (content.length === 0) return undefined;
    if (content.length > 1) return ArrayPrototypeMap(content, decoded);
    return content[0]?.type === "text" ? valueOf(content[0].text) : decoded(content[0]);
  };

  // --- modules

  const bind = (server, tool) => {
    const call = { call: async (args = undefined) => unwrapped(server, tool, await callTool(server, tool, args)) }.call;
    ObjectDefineProperty(call, "name", { __proto__: null, value: tool });
    return call;
  };
  // Asks for what is not there: the answer is an error with the nearest names, or a tool that is new.
  const named = (server, tools) => new Proxy(tools, {
    __proto__: null,
    get(target, name) {
      if (ReflectHas(target, name)) return target[name];
      if (typeof name === "symbol" || name === "then" || name === "toJSON") return undefined;
      op_mcp_tool_sync("schema", server, name);
      return bind(server, name);
    },
  });
  inner.tools = { bind, named };

  return {
    mcp: {
      servers: () => JSONParse(op_mcp_tool_sync("servers", "", "")),
      listTools: async (server = undefined) => ask("list", server === undefined ? "" : textOf(server, "the name of a server")),
      callTool,
      describe: async (server, tool = undefined) => {
        textOf(server, "the name of a server");
        return tool === undefined ? ask("server", server) : ask("describe", server, textOf(tool, "the name of a tool"));
      },
      search: async (query, { limit = 10, detail = "summary" } = {}) => {
        if (typeof query !== "string") throw new TypeError("a query is a string");
        if (!(limit >= 1 && limit <= 1000)) throw new TypeError("limit is a number from 1 to 1000");
        let known = false;
        for (let i = 0; i < DETAILS.length; i++) known ||= DETAILS[i] === detail;
        if (!known) throw new TypeError('detail is "name", "summary" or "full"');
        return ask(`search ${detail}`, "", "", query, limit | 0);
      },
    },
  };
})
