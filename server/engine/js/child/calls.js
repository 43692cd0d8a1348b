// Calls about child processes and what goes with them: options, errors, reading to the end. Not an API of Node or Deno.
"use strict";
((inner) => {
  const { op_mcp_child, op_mcp_child_sync } = inner.core.ops;
  const { encode, plain, typeError, view } = inner.buffer;
  const { URL } = inner.load("00_url.js");
  const { console } = globalThis;
  // Bytes of one read, and of one write (PIPE_BYTES_MAX of the server).
  const PIECE = 64 << 10;
  const WRITE = 1 << 20;

  // With the properties of Node; `outcome` is the outcome code (denied.policy, limit.processes) where there is one.
  const failed = (refusal, start) => {
    if (typeof refusal?.code !== "string") return refusal;
    const error = refusal instanceof TypeError ? new TypeError(refusal.message) : new Error(refusal.message);
    error.code = refusal.code;
    if (start !== undefined) Object.assign(error, { syscall: `spawn ${start.command}`, path: start.command, spawnargs: start.args });
    if (refusal.outcome !== undefined) error.outcome = refusal.outcome;
    return error;
  };
  const later = async (call, bytes = undefined, start = undefined) => {
    try {
      return await op_mcp_child(call, bytes);
    } catch (refusal) {
      throw failed(refusal, start);
    }
  };
  const now = (call, bytes, start) => {
    try {
      return op_mcp_child_sync(call, bytes);
    } catch (refusal) {
      throw failed(refusal, start);
    }
  };

  const textOf = (value, name) => {
    if (value instanceof URL) {
      if (value.protocol !== "file:") throw typeError(name, "a path or a URL of scheme file", value);
      return decodeURIComponent(value.pathname);
    }
    if (typeof value !== "string") throw typeError(name, "of type string or an instance of URL", value);
    return value;
  };
  const startOf = (kind, command, args, { cwd, env, timeout }) => {
    if (args !== undefined && args !== null && !Array.isArray(args)) throw typeError("args", "an instance of Array", args);
    const variables = Object.entries(env ?? {}).filter(([, value]) => value !== undefined);
    return {
      kind, command: textOf(command, "command"), args: (args ?? []).map(String), cwd: cwd === undefined || cwd === null ? null : textOf(cwd, "cwd"),
      env: variables.map(([name, value]) => [name, String(value)]), timeout_ms: timeout > 0 && timeout < Infinity ? Math.trunc(timeout) : null,
    };
  };
  const bytesOf = (data, encoding = undefined) => {
    if (data === undefined || data === null) return undefined;
    if (typeof data === "string") return encode(data, encoding);
    if (ArrayBuffer.isView(data)) return plain(data);
    if (data instanceof ArrayBuffer) return new Uint8Array(data);
    throw typeError("data", "of type string or an instance of Buffer, TypedArray, or DataView", data);
  };

  // --- one child
  const begin = async (start, piped) => (await later({ Start: { start, piped } }, undefined, start)).handle;
  // A copy, because only what V8 allocates itself counts towards limits.array_buffer_mb.
  const read = async (child, output) => view((await later({ Read: { child, output, most: PIECE } })).bytes.slice());
  const write = async (child, bytes) => {
    for (let at = 0; at < bytes.length; at += WRITE) await later({ Write: { child, bytes: [] } }, bytes.subarray(at, at + WRITE));
  };
  const closeInput = (child) => later({ CloseInput: { child } });
  const wait = async (child) => (await later({ Wait: { child } })).exit;
  const NUMBERS = { __proto__: null, 1: "SIGHUP", 2: "SIGINT", 3: "SIGQUIT", 6: "SIGABRT", 9: "SIGKILL", 10: "SIGUSR1", 12: "SIGUSR2", 15: "SIGTERM", 18: "SIGCONT", 19: "SIGSTOP" };
  const kill = (child, signal = "SIGTERM") => later({ Kill: { child, signal: typeof signal === "number" ? NUMBERS[signal] ?? String(signal) : String(signal) } });
  // What a child says, as lines of the console: there is no terminal to inherit.
  const forward = async (child, output) => {
    const print = output === "Error" ? console.error : console.log;
    const decoder = new TextDecoder();
    let rest = "";
    for (;;) {
      const bytes = await read(child, output);
      const lines = (rest + decoder.decode(bytes, { stream: bytes.length > 0 })).split("\n");
      rest = lines.pop();
      for (const line of lines) print(line);
      if (bytes.length === 0) break;
    }
    if (rest !== "") print(rest);
  };

  inner.children = { __proto__: null, begin, bytesOf, closeInput, failed, forward, kill, later, now, read, startOf, textOf, wait, write };
  return { __proto__: null };
})
