/** The server under test: the built program, started on a free port, and ended with the tests. */

import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const LISTENING = "mcp-v8: listening on ";

/** Starts it with these keys of the configuration; its URL, and how to end it. */
export async function start(...settings) {
  const binary = process.env.MCP_V8_BIN;
  if (!binary) throw new Error("MCP_V8_BIN names the program under test");
  const sets = ["log.level=error", ...settings].flatMap((one) => ["--set", one]);
  const home = await mkdtemp(join(tmpdir(), "mcp-v8-ts-"));
  const child = spawn(binary, ["--http-port", "0", ...sets], {
    env: { ...process.env, XDG_STATE_HOME: home },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const ended = new Promise((done) => child.once("exit", done));
  const lines = createInterface({ input: child.stderr });
  const url = await new Promise((found, fail) => {
    lines.on("line", (line) => line.startsWith(LISTENING) && found(line.slice(LISTENING.length).trim()));
    child.once("error", fail);
    ended.then((code) => fail(new Error(`the server ended with ${code} before it listened`)));
  });
  return {
    url,
    async stop() {
      child.kill("SIGTERM");
      const code = await ended;
      await rm(home, { recursive: true });
      return code;
    },
  };
}
