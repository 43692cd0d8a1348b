// The TypeScript MCP SDK 1.x against a server: `ts_client.mjs URL` or `ts_client.mjs PROGRAM ARGUMENT...`.
import assert from "node:assert/strict";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";

const [target, ...args] = process.argv.slice(2);
const transport = target.startsWith("http")
  ? new StreamableHTTPClientTransport(new URL(target))
  : new StdioClientTransport({ command: target, args });
const client = new Client({ name: "black-box", version: "1" });
await client.connect(transport);

const { tools } = await client.listTools();
assert(tools.some((tool) => tool.name === "run_js"));
const run = (code) => client.callTool({ name: "run_js", arguments: { code, session: "typescript" } });

const first = await run("let n = 41; console.log('hello'); n");
assert.equal(first.structuredContent.result, 41);
assert.equal((await run("n + 1")).structuredContent.result, 42);
const broken = await run("enum E { A }\nnothing()");
assert.equal(broken.isError, true);
assert.equal(broken.structuredContent.error.line, 2);
const page = await client.callTool({
  name: "get_execution_output",
  arguments: { execution_id: first.structuredContent.execution_id },
});
assert.equal(page.structuredContent.data, "hello\n");
const resource = await client.readResource({ uri: `exec://${first.structuredContent.execution_id}/output` });
assert.equal(resource.contents[0].text, "hello\n");
// Many at once, each with its own answer.
const many = await Promise.all(Array.from({ length: 20 }, (_, i) => run(`${i} * 2`)));
many.forEach((answer, i) => assert.equal(answer.structuredContent.result, i * 2));
await client.close();
