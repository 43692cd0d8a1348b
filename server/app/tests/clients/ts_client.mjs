// The TypeScript MCP SDK 1.x against a server: `ts_client.mjs URL` or `ts_client.mjs PROGRAM ARGUMENT...`. It speaks
// the revisions with a handshake only.
import assert from "node:assert/strict";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";

const TOOLS = [
  "cancel_execution", "get_artifact", "get_execution", "get_execution_output", "list_artifacts", "list_executions", "run_js",
];

const [target, ...args] = process.argv.slice(2);
const transport = target.startsWith("http")
  ? new StreamableHTTPClientTransport(new URL(target))
  : new StdioClientTransport({ command: target, args });
const client = new Client({ name: "black-box", version: "1" });
await client.connect(transport);

const call = (name, given, options) => client.callTool({ name, arguments: given }, undefined, options);
const run = (code, more) => call("run_js", { code, session: "typescript", ...more });

const { tools } = await client.listTools();
assert.deepEqual(tools.map((tool) => tool.name).sort(), TOOLS);

// A run answers with its result and output.
const first = await run("let n = 41; console.log('hello'); n");
assert.notEqual(first.isError, true);
assert.equal(first.structuredContent.result, 41);
const { execution_id } = first.structuredContent;

// Variables stay between runs, and fresh runs have none.
assert.equal((await run("n + 1")).structuredContent.result, 42);
assert.equal((await run("typeof n", { persist: false })).structuredContent.result, "undefined");

// A script error says where, in the lines of the TypeScript that was sent.
const broken = await run("enum E { A }\nnothing()");
assert.equal(broken.isError, true);
assert.equal(broken.structuredContent.error.line, 2);

// Output is a page and a resource.
const page = await call("get_execution_output", { execution_id });
assert.equal(page.structuredContent.data, "hello\n");
const resource = await client.readResource({ uri: `exec://${execution_id}/output` });
assert.equal(resource.contents[0].text, "hello\n");

// Bad arguments are a tool error, an unknown tool is one of the protocol.
assert.equal((await call("run_js", { cod: "1" })).isError, true);
await assert.rejects(call("no_such_tool", {}), { code: -32602 });

// Many at once, each with its own answer.
const many = await Promise.all(Array.from({ length: 20 }, (_, i) => run(`${i} * 2`)));
many.forEach((answer, i) => assert.equal(answer.structuredContent.result, i * 2));

// A client that asks for progress hears of it.
const heard = [];
const slow = { code: "await new Promise(done => setTimeout(done, 2500)); 'slow'", persist: false };
const answer = await call("run_js", slow, { onprogress: ({ progress }) => heard.push(progress) });
assert.equal(answer.structuredContent.result, "slow");
assert(heard.length > 0, "no progress was reported");

// A call the client gives up is cancelled.
const session = "given-up-typescript";
const executions = async () => (await call("list_executions", { session })).structuredContent.executions;
const giveUp = new AbortController();
const endless = { code: "await new Promise(done => setTimeout(done, 60_000))", session };
const given = assert.rejects(call("run_js", endless, { signal: giveUp.signal }));
while (!(await executions()).some(({ status }) => status === "running"));
giveUp.abort("changed my mind");
await given;
const [cancelled] = await executions();
const ended = await call("get_execution", { execution_id: cancelled.execution_id, wait_ms: 10_000 });
assert.equal(ended.structuredContent.status, "cancelled");

await client.close();
// The SDK forgets one of two timers for the stream of the cancelled call, which would keep this program for seconds.
process.exit();
