/** The client: typed operations of the document, and what is more convenient than they are. */

import createFetchClient, { type Client as FetchClient } from "openapi-fetch";
import { refusal } from "./error.js";
import { follow, type Followed } from "./follow.js";
import type { paths } from "./generated/schema.js";
import { runJs, wait, type Execution, type Program, type RunOptions } from "./run.js";

/** Where the server is, and who asks. */
export interface Options {
  /** The server's URL: its origin, and the path before `/api` where a proxy has one. */
  url: string;
  /** Bearer token, or what gives the one of the moment. */
  token?: string | (() => string | Promise<string>);
  /** Instead of the global `fetch`. */
  fetch?: typeof globalThis.fetch;
}

/** A client of one server. */
export interface Client {
  /** Every operation of the OpenAPI document, typed (openapi-fetch). A refusal is its `error`, not an exception. */
  readonly api: FetchClient<paths>;
  /** Runs a program to its end, however it ends. */
  runJs(program: string | Program, options?: RunOptions): Promise<Execution>;
  /** Waits for the end of an execution. */
  wait(id: string, options?: { signal?: AbortSignal }): Promise<Execution>;
  /** Output of an execution as it appears, from a byte on, then its end. */
  follow(id: string, options?: { from?: number; signal?: AbortSignal }): AsyncGenerator<Followed>;
  /** The bytes of an artifact, the newest of its key, or that of one execution. */
  artifact(key: string, execution?: string): Promise<Uint8Array>;
}

/** Makes a client. Nothing is sent yet. */
export function createClient(options: Options): Client {
  const baseUrl = options.url.replace(/\/+$/, "");
  const send: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    const token = typeof options.token === "function" ? await options.token() : options.token;
    if (token !== undefined) request.headers.set("authorization", `Bearer ${token}`);
    // A token goes to the server it is for.
    return (options.fetch ?? globalThis.fetch)(new Request(request, { redirect: "error" }));
  };
  const api = createFetchClient<paths>({ baseUrl, fetch: send });
  return {
    api,
    runJs: (program, run) => runJs(api, program, run),
    wait: (id, { signal } = {}) => wait(api, id, signal),
    follow: (id, { from, signal } = {}) => follow({ send, baseUrl, id, from: from ?? 0, signal }),
    async artifact(key, execution) {
      const query = execution === undefined ? "" : `?execution_id=${encodeURIComponent(execution)}`;
      const response = await send(`${baseUrl}/api/artifacts/${encodeURIComponent(key)}${query}`);
      if (!response.ok) throw await refusal(response);
      return new Uint8Array(await response.arrayBuffer());
    },
  };
}
