// Children in the ways of Node and Deno, held against what these do.
const equal = (found, wanted, what) => {
  const [a, b] = [JSON.stringify(found), JSON.stringify(wanted)];
  if (a !== b) throw new Error(`${what}: ${a} and not ${b}`);
};
const thrown = async (call) => {
  try {
    await call();
  } catch (error) {
    return error;
  }
  throw new Error("it did not throw");
};
const { exec, execFile, execFileSync, execSync, spawn, spawnSync } = child_process;

// --- to the end, at once
equal(execSync("echo out; echo err >&2").toString(), "out\n", "execSync");
equal(execFileSync("cat", { input: "ü", encoding: "utf8" }), "ü", "input");
const failure = await thrown(() => execSync("echo no >&2; exit 3"));
equal([failure.status, failure.stderr.toString(), failure.message.includes("no")], [3, "no\n", true], "execSync that fails");
const ended = spawnSync("sh", ["-c", "echo out; echo err >&2; kill -TERM $$"], { encoding: "utf8" });
equal([ended.stdout, ended.stderr, ended.status, ended.signal], ["out\n", "err\n", null, "SIGTERM"], "spawnSync");
equal(spawnSync("no-such-program").error.code, "ENOENT", "spawnSync of nothing");
equal((await thrown(() => execFileSync("no-such-program"))).syscall, "spawn no-such-program", "execFileSync of nothing");
equal(spawnSync("sleep", ["10"], { timeout: 50 }).error.code, "ETIMEDOUT", "a timeout");

// --- to the end, later
const called = (how, ...args) => new Promise((resolve) => how(...args, (error, stdout, stderr) => resolve([error?.code ?? null, stdout, stderr])));
equal(await called(exec, "echo a; echo b >&2"), [null, "a\n", "b\n"], "exec");
equal(await called(exec, "exit 7"), [7, "", ""], "exec that fails");
equal(await called(execFile, "echo", ["$HOME;"]), [null, "$HOME;\n", ""], "execFile");
equal(await called(execFile, "no-such-program", []), ["ENOENT", "", ""], "execFile of nothing");
equal(await exec("echo awaited"), { stdout: "awaited\n", stderr: "" }, "exec, awaited");
equal((await thrown(() => exec("exit 4"))).code, 4, "exec, awaited, that fails");
const promisified = exec[Symbol.for("nodejs.util.promisify.custom")];
equal((await promisified("echo p")).stdout, "p\n", "promisified");
equal((await thrown(() => execFile("yes", { maxBuffer: 100 }))).code, "ERR_CHILD_PROCESS_STDIO_MAXBUFFER", "maxBuffer");
const slow = await thrown(() => exec("sleep 10", { timeout: 50 }));
equal([slow.killed, slow.outcome], [true, "limit.timeout"], "exec with a timeout");

// --- beside the script
const events = [];
const cat = spawn("cat");
cat.stdout.setEncoding("utf8");
let text = "";
cat.stdout.on("data", (chunk) => text += chunk);
for (const name of ["spawn", "exit", "close"]) cat.on(name, (code) => events.push([name, code ?? null]));
cat.stdin.write("one ");
cat.stdin.end("two");
await new Promise((resolve) => cat.once("close", resolve));
equal([text, events, cat.exitCode], ["one two", [["spawn", null], ["exit", 0], ["close", 0]], 0], "spawn");
const lines = spawn("printf", ["%s\\n", "x", "y"]);
let read = "";
for await (const chunk of lines.stdout) read += chunk.toString();
equal(read, "x\ny\n", "an output that is iterated");
const sleeper = spawn("sleep", ["100"]);
await new Promise((resolve) => sleeper.on("spawn", resolve));
equal(sleeper.kill(), true, "kill");
equal(await new Promise((resolve) => sleeper.on("exit", (code, signal) => resolve([code, signal, sleeper.killed]))), [null, "SIGTERM", true], "killed");
const missing = spawn("no-such-program");
equal(await new Promise((resolve) => missing.on("error", (error) => resolve([error.code, error.path]))), ["ENOENT", "no-such-program"], "spawn of nothing");
const stop = new AbortController();
const aborted = spawn("sleep", ["100"], { signal: stop.signal });
await new Promise((resolve) => aborted.on("spawn", resolve));
stop.abort();
equal(await new Promise((resolve) => aborted.on("error", (error) => resolve(error.name))), "AbortError", "aborted");
const unread = spawn("echo", ["nobody reads this"]);
equal(await new Promise((resolve) => unread.on("close", resolve)), 0, "outputs nobody reads do not keep a child");
equal(spawnSync("pwd", { cwd: "/usr", encoding: "utf8" }).stdout, "/usr\n", "cwd");
equal(spawnSync("echo a && echo b", { shell: true, encoding: "utf8" }).stdout, "a\nb\n", "shell: true");
const large = "x".repeat(3_000_000);
equal(execFileSync("cat", { input: large, maxBuffer: 4_000_000 }).length, large.length, "more than a pipe holds");
equal(await Promise.all([1, 2, 3].map((n) => exec(`echo ${n}`).then(({ stdout }) => stdout.trim()))), ["1", "2", "3"], "side by side");

// --- Deno
const decode = (bytes) => new TextDecoder().decode(bytes);
const output = await new Deno.Command("sh", { args: ["-c", "echo out; echo err >&2; exit 5"] }).output();
equal([output.success, output.code, output.signal, decode(output.stdout), decode(output.stderr)], [false, 5, null, "out\n", "err\n"], "output");
equal(decode(new Deno.Command("echo", { args: ["sync"] }).outputSync().stdout), "sync\n", "outputSync");
const child = new Deno.Command("cat", { stdin: "piped", stdout: "piped" }).spawn();
const writer = child.stdin.getWriter();
await writer.write(new TextEncoder().encode("streamed"));
await writer.close();
equal(await textOf(child.stdout), "streamed", "streams");
equal(await child.status, { success: true, code: 0, signal: null }, "status");
equal((await thrown(() => new Deno.Command("no-such-program").output())) instanceof Deno.errors.NotFound, true, "NotFound");
{
  await using background = new Deno.Command("sleep", { args: ["100"] }).spawn();
}
"all passed";

function textOf(stream) {
  return (async () => {
    let all = "";
    for await (const chunk of stream.pipeThrough(new TextDecoderStream())) all += chunk;
    return all;
  })();
}
