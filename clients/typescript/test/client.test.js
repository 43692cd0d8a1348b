/** The built client against the built server. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, test } from "node:test";
import { createClient, McpV8Error } from "../dist/index.js";
import { start } from "./server.js";

let server;
let client;

before(async () => {
  server = await start();
  client = createClient({ url: server.url });
});

after(async () => {
  assert.equal(await server.stop(), 0);
});

test("a program runs to its end and its result, output and failure are there", async () => {
  const execution = await client.runJs("console.log('é'); ({ answer: 6 * 7 })");
  assert.deepEqual([execution.status, execution.result, execution.output], ["completed", { answer: 42 }, "é\n"]);
  const failed = await client.runJs({ code: "throw new TypeError('no')", persist: false });
  assert.deepEqual([failed.status, failed.error.code, failed.error.line], ["failed", "error.script", 1]);
});

test("a session keeps its variables, and its states can be tagged and found", async () => {
  const first = await client.runJs({ code: "let kept = 1", session: "ts", tags: { kind: "ts-test" } });
  assert.equal((await client.runJs({ code: "kept + 1", session: "ts" })).result, 2);
  const path = { id: first.heap };
  const tags = await client.api.GET("/api/heaps/{id}/tags", { params: { path } });
  assert.deepEqual(tags.data, { tags: { kind: "ts-test" } });
});

test("output comes while the program runs, and goes on from where a reader was", async () => {
  const code = "console.log('one'); await new Promise(done => setTimeout(done, 800)); console.log('two'); 3";
  const { data } = await client.api.POST("/api/exec", { body: { code, persist: false } });
  const seen = [];
  let statusAtFirst;
  for await (const event of client.follow(data.execution_id)) {
    if (seen.length === 0) {
      const params = { path: { id: data.execution_id } };
      statusAtFirst = (await client.api.GET("/api/executions/{id}", { params })).data.status;
    }
    seen.push(event.type === "output" ? event.output.data : event.execution.result);
  }
  assert.deepEqual([seen, statusAtFirst], [["one\n", "two\n", 3], "running"]);
  const rest = [];
  for await (const event of client.follow(data.execution_id, { from: 4 })) rest.push(event.type);
  assert.deepEqual(rest, ["output", "end"]);
});

test("an aborted run is cancelled on the server", async () => {
  const stop = new AbortController();
  let id;
  const run = client.runJs("await new Promise(() => setTimeout(() => {}, 60_000))", {
    signal: stop.signal,
    onSubmitted: (submitted) => {
      id = submitted;
      stop.abort();
    },
  });
  await assert.rejects(run, { name: "AbortError" });
  assert.equal((await client.wait(id)).status, "cancelled");
});

test("an artifact is read back byte by byte", async () => {
  const made = await client.runJs("artifact('a b/ü.bin', 'application/octet-stream', new Uint8Array([0, 255, 10]))");
  assert.equal(made.artifacts, 1);
  assert.deepEqual(await client.artifact("a b/ü.bin", made.execution_id), new Uint8Array([0, 255, 10]));
});

test("a refusal is an error with the server's code and words", async () => {
  const unknown = "01890a5d-ac96-774b-bcce-b302099a8057";
  const is = (code, status) => (error) =>
    error instanceof McpV8Error && error.code === code && error.status === status && error.requestId !== undefined;
  await assert.rejects(client.wait(unknown), is("error.not_found", 404));
  await assert.rejects(client.follow(unknown).next(), is("error.not_found", 404));
  await assert.rejects(client.artifact("none"), is("error.not_found", 404));
  await assert.rejects(client.runJs(""), is("error.request", 400));
});

test("a token opens the door, and without it there is none", async () => {
  const token = "ts-0123456789abcdef0123456789abcd";
  const sha256 = createHash("sha256").update(token).digest("hex");
  const guarded = await start(`auth.tokens=${JSON.stringify([{ name: "ts", sha256 }])}`);
  try {
    await assert.rejects(createClient({ url: guarded.url }).runJs("1"), { code: "denied.auth", status: 401 });
    const asked = createClient({ url: `${guarded.url}/`, token: async () => token });
    assert.equal((await asked.runJs("1 + 1")).result, 2);
    const { data } = await asked.api.POST("/api/exec", { body: { code: "console.log('x')", persist: false } });
    const types = [];
    for await (const event of asked.follow(data.execution_id)) types.push(event.type);
    assert.deepEqual(types, ["output", "end"]);
  } finally {
    await guarded.stop();
  }
});
