/** Server-sent events (WHATWG HTML, "Server-sent events"), as far as mcp-v8 sends them: event, id and data. */

/** An event. */
export interface ServerSentEvent {
  event: string;
  data: string;
}

/** The events of a body. One that is not ended by an empty line is not given. */
export async function* events(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerSentEvent> {
  let event = "";
  let data: string[] = [];
  for await (const line of lines(body)) {
    if (line === "") {
      if (data.length > 0) yield { event: event || "message", data: data.join("\n") };
      event = "";
      data = [];
      continue;
    }
    const colon = line.indexOf(":");
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (name === "event") event = value;
    if (name === "data") data.push(value);
  }
}

/** The lines of a body, ended by CR, LF or both. The last, if nothing ends it, is not given. */
async function* lines(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      rest += decoder.decode(value, { stream: true });
      // A CR at the end may be the first half of a line end.
      const complete = /\r$/.test(rest) ? rest.slice(0, -1) : rest;
      const parts = complete.split(/\r\n|\n|\r/);
      rest = (parts.pop() ?? "") + rest.slice(complete.length);
      yield* parts;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
