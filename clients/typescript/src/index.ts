/** Client of the REST interface of mcp-v8. It runs wherever there is `fetch`: Node.js 20 and later, browsers, Deno. */

export { createClient } from "./client.js";
export type { Client, Options } from "./client.js";
export { McpV8Error } from "./error.js";
export type { Followed } from "./follow.js";
export type { Execution, Program, RunOptions } from "./run.js";
export type { components, operations, paths } from "./generated/schema.js";
