/** The output of an execution as it appears. A connection that breaks off is made again; nothing is lost or twice. */

import { refusal } from "./error.js";
import type { components } from "./generated/schema.js";
import { pause, type Execution } from "./run.js";
import { events } from "./sse.js";

/** Something that happened to an execution. */
export type Followed =
  | { type: "output"; output: components["schemas"]["OutputEvent"] }
  | { type: "end"; execution: Execution };

/** Connections in a row that bring nothing, before it is given up. */
const ATTEMPTS = 5;

/** Before the next connection. */
const PAUSE_MS = 500;

interface Following {
  send: typeof globalThis.fetch;
  baseUrl: string;
  id: string;
  from: number;
  signal: AbortSignal | undefined;
}

/** Follows an execution to its end. */
export async function* follow({ send, baseUrl, id, from, signal }: Following): AsyncGenerator<Followed> {
  const url = `${baseUrl}/api/executions/${encodeURIComponent(id)}/events`;
  let position = from;
  let broken: unknown;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (attempt > 0) await pause(PAUSE_MS, signal);
    try {
      const headers = { accept: "text/event-stream", "last-event-id": String(position) };
      const response = await send(url, { headers, signal: signal ?? null });
      if (response.status !== 200 || response.body === null) throw await refusal(response);
      for await (const { event, data } of events(response.body)) {
        if (event === "output") {
          const output = JSON.parse(data) as components["schemas"]["OutputEvent"];
          position = output.end_byte;
          attempt = 0;
          yield { type: "output", output };
        } else if (event === "end") {
          yield { type: "end", execution: JSON.parse(data) as Execution };
          return;
        }
      }
      broken = new Error("the server closed the event stream");
    } catch (reason) {
      // What the server says is final, and so is what the caller wants; only the network is asked again.
      if (!(reason instanceof TypeError) || signal?.aborted) throw reason;
      if (attempt === 0 && position === from && broken === undefined) throw reason;
      broken = reason;
    }
  }
  throw new Error(`the event stream broke off ${ATTEMPTS} times in a row`, { cause: broken });
}
