/** Event streams as networks cut them. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { events } from "../dist/sse.js";

async function read(pieces) {
  const body = new ReadableStream({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece);
      controller.close();
    },
  });
  const seen = [];
  for await (const one of events(body)) seen.push([one.event, one.data]);
  return seen;
}

test("events are the same however their bytes are cut", async () => {
  const text = ": alive\n\nevent: output\nid: 4\ndata: \"é😀\"\n\nevent: end\r\ndata: a\r\ndata:b\r\n\r\ndata\n\nevent: cut";
  const bytes = new TextEncoder().encode(text);
  const expected = [["output", "\"é😀\""], ["end", "a\nb"], ["message", ""]];
  assert.deepEqual(await read([bytes]), expected);
  assert.deepEqual(await read([...bytes].map((byte) => new Uint8Array([byte]))), expected);
});
