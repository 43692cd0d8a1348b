/** What a server says when it does not do what it was asked (RFC 9457). */

import type { components } from "./generated/schema.js";

type Problem = components["schemas"]["ProblemBody"];

/** A request that was refused or failed. A program that fails is none of these: its execution says so. */
export class McpV8Error extends Error {
  /** HTTP status. */
  readonly status: number;
  /** Outcome code, for example `error.not_found`; `unknown` when the answer is not of mcp-v8. */
  readonly code: string;
  /** Id of the request in the server's log. */
  readonly requestId: string | undefined;
  /** Seconds after which another attempt makes sense, where the server says so. */
  readonly retryAfter: number | undefined;

  constructor(response: Response, problem: Partial<Problem> | undefined) {
    super(problem?.detail ?? `the server answered ${response.status} ${response.statusText}`);
    this.name = "McpV8Error";
    this.status = response.status;
    this.code = problem?.code ?? "unknown";
    this.requestId = response.headers.get("x-request-id") ?? undefined;
    const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
    this.retryAfter = Number.isFinite(seconds) ? seconds : undefined;
  }
}

/** The error of an answer whose body nobody has read. */
export async function refusal(response: Response): Promise<McpV8Error> {
  const problem = await response.json().catch(() => undefined);
  return new McpV8Error(response, typeof problem === "object" && problem !== null ? problem : undefined);
}
