/** Running a program to its end, by long polls. */

import type { Client as FetchClient } from "openapi-fetch";
import { McpV8Error } from "./error.js";
import type { components, paths } from "./generated/schema.js";

/** An execution as the server shows it. */
export type Execution = components["schemas"]["ExecutionInfo"];

/** A program and how to run it. */
export type Program = components["schemas"]["ExecRequest"];

/** Of `runJs`. */
export interface RunOptions {
  /** Ends the wait, and cancels the execution. */
  signal?: AbortSignal;
  /** Told the id as soon as it is known, which is after the end for a program that is quick. */
  onSubmitted?: (id: string) => void;
}

/** How long a server is asked to wait for the end; its own maximum applies. */
const WAIT_MS = 20_000;

/** Between questions to a server that lets nobody wait. */
const PAUSE_MS = 200;

/** Runs a program to its end. */
export async function runJs(
  api: FetchClient<paths>,
  program: string | Program,
  { signal, onSubmitted }: RunOptions = {},
): Promise<Execution> {
  signal?.throwIfAborted();
  const body = typeof program === "string" ? { code: program } : program;
  // Without a wait when it may have to be cancelled: the id must be known then.
  const waits = signal === undefined ? WAIT_MS : 0;
  const { data, error, response } = await api.POST("/api/exec", { body: { ...body, wait_ms: waits } });
  if (data === undefined) throw new McpV8Error(response, error);
  onSubmitted?.(data.execution_id);
  if ("completed_at" in data && typeof data.completed_at === "string") return data;
  try {
    return await wait(api, data.execution_id, signal);
  } catch (reason) {
    if (signal?.aborted) {
      const path = { id: data.execution_id };
      await api.POST("/api/executions/{id}/cancel", { params: { path } });
    }
    throw reason;
  }
}

/** Waits for the end of an execution. */
export async function wait(api: FetchClient<paths>, id: string, signal?: AbortSignal): Promise<Execution> {
  for (;;) {
    const asked = Date.now();
    const { data, error, response } = await api.GET("/api/executions/{id}", {
      params: { path: { id }, query: { wait_ms: WAIT_MS } },
      signal: signal ?? null,
    });
    if (data === undefined) throw new McpV8Error(response, error);
    if (typeof data.completed_at === "string") return data;
    await pause(PAUSE_MS - (Date.now() - asked), signal);
  }
}

/** Sleeps, unless the time is over already. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  if (ms <= 0) return Promise.resolve();
  return new Promise((done, fail) => {
    const stop = () => {
      clearTimeout(timer);
      fail(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      done();
    }, ms);
    signal?.addEventListener("abort", stop, { once: true });
  });
}
