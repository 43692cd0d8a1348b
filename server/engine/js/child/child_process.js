// The global `child_process`, as node:child_process. exec and execFile without a callback can also be awaited. Whether a
// child is started the server decides, and starts it.
"use strict";
((inner) => {
  const { begin, bytesOf, Emitter, failed, forward, kill, now, Readable, startOf, wait, Writable } = inner.children;
  const { decode, encodingOf, view } = inner.buffer;
  const MAX_BUFFER = 1 << 20;
  const PROMISIFY = Symbol.for("nodejs.util.promisify.custom");

  // (file, args?, options?, callback?)
  const split = (args, options, callback) => {
    if (typeof args === "function") return [[], {}, args];
    if (args !== undefined && args !== null && !Array.isArray(args)) return [[], args, typeof options === "function" ? options : callback];
    if (typeof options === "function") return [args ?? [], {}, options];
    return [args ?? [], options ?? {}, callback];
  };
  const stdioOf = (stdio = "pipe") => {
    const all = Array.isArray(stdio) ? [0, 1, 2].map((at) => stdio[at] ?? "pipe") : [stdio, stdio, stdio];
    for (const one of all) {
      if (!["pipe", "overlapped", "ignore", "inherit"].includes(one)) throw new TypeError(`stdio is "pipe", "ignore" or "inherit" here, and not ${String(one)}`);
    }
    return all;
  };
  const planOf = (kind, file, args, options) => {
    const { shell } = options;
    if (typeof shell === "string" && shell !== "/bin/sh") throw new TypeError(`the shell is /bin/sh here, and not ${shell}`);
    return shell ? startOf("Shell", [file, ...args].join(" "), [], options) : startOf(kind, file, args, options);
  };
  const limited = (exit) => exit.limit === null || exit.limit === undefined ? undefined : { outcome: exit.limit, why: exit.why };

  class ChildProcess extends Emitter {
    #child;
    constructor(start, options) {
      super();
      const [input, output, error] = stdioOf(options.stdio);
      const piped = { input: input === "pipe" || input === "overlapped", output: output !== "ignore", error: error !== "ignore" };
      this.spawnfile = start.command;
      this.spawnargs = [start.command, ...start.args];
      this.exitCode = null;
      this.signalCode = null;
      this.killed = false;
      this.connected = false;
      const started = begin(start, piped);
      this.#child = started;
      this.stdin = piped.input ? new Writable(started) : null;
      this.stdout = output === "pipe" ? new Readable(started, "Output") : null;
      this.stderr = error === "pipe" ? new Readable(started, "Error") : null;
      this.stdio = [this.stdin, this.stdout, this.stderr];
      this.#watch(started, options, [output === "inherit" && "Output", error === "inherit" && "Error"].filter(Boolean));
    }
    async #watch(started, { signal, killSignal }, inherited) {
      const abort = () => this.kill(killSignal);
      try {
        signal?.throwIfAborted();
        this.pid = await started;
        signal?.addEventListener("abort", abort, { once: true });
      } catch (error) {
        started.catch(() => {});
        this.emit("error", error);
        this.emit("close", -1, null);
        return;
      }
      this.emit("spawn");
      const forwarded = inherited.map((output) => forward(this.pid, output));
      const exit = await wait(this.pid);
      signal?.removeEventListener("abort", abort);
      this.exitCode = exit.code;
      this.signalCode = exit.signal;
      const limit = limited(exit);
      if (limit !== undefined) {
        this.killed = true;
        Object.defineProperty(this, "limit", { __proto__: null, value: limit });
      }
      this.emit("exit", exit.code, exit.signal);
      for (const stream of [this.stdout, this.stderr]) stream?.resume();
      await Promise.all([...forwarded, this.stdout?.ended, this.stderr?.ended]);
      if (signal?.aborted) this.emit("error", signal.reason);
      this.emit("close", exit.code, exit.signal);
    }
    // True where it was still there to be told.
    kill(signal = "SIGTERM") {
      if (this.exitCode !== null || this.signalCode !== null) return false;
      this.killed = true;
      this.#child.then((child) => kill(child, signal)).catch(() => {});
      return true;
    }
    ref() {
      return this;
    }
    unref() {
      return this;
    }
    [Symbol.dispose]() {
      this.kill();
    }
  }

  // --- to the end
  const commandError = (command, exit, stdout, stderr) => {
    const limit = limited(exit);
    const error = new Error(`Command failed: ${command}${limit === undefined ? "" : `: ${limit.why}`}\n${typeof stderr === "string" ? stderr : decode(stderr, "utf8")}`);
    return Object.assign(error, { code: exit.code, killed: limit !== undefined, signal: exit.signal, cmd: command, stdout, stderr }, limit && { outcome: limit.outcome });
  };
  const overfull = (name, limit) => Object.assign(new RangeError(`${name} maxBuffer length exceeded (${limit} bytes)`), { code: "ERR_CHILD_PROCESS_STDIO_MAXBUFFER" });
  const encodingOr = (encoding, fallback) => encoding === undefined ? fallback : encoding === null || encoding === "buffer" ? null : encodingOf(encoding);

  const collected = (start, options, command, callback) => {
    const most = options.maxBuffer ?? MAX_BUFFER;
    const encoding = encodingOr(options.encoding, "utf8");
    const child = new ChildProcess(start, options);
    const kept = { stdout: [], stderr: [] };
    let problem;
    for (const name of ["stdout", "stderr"]) {
      let size = 0;
      child[name]?.on("data", (chunk) => {
        const bytes = bytesOf(chunk);
        if (size < most) kept[name].push(view(bytes.subarray(0, most - size)));
        size += bytes.length;
        if (size > most && problem === undefined) {
          problem = overfull(name, most);
          child.kill("SIGKILL");
        }
      });
    }
    let begun = true;
    child.on("error", (error) => {
      problem ??= error;
      begun = child.pid !== undefined;
    });
    child.on("close", (code, signal) => {
      const [stdout, stderr] = [kept.stdout, kept.stderr].map((pieces) => {
        const bytes = inner.buffer.Buffer.concat(pieces);
        return encoding === null ? bytes : decode(bytes, encoding);
      });
      if (begun && problem === undefined && (code !== 0 || signal !== null)) {
        problem = commandError(command, { code, signal, limit: child.limit?.outcome, why: child.limit?.why }, stdout, stderr);
      }
      if (problem !== undefined) Object.assign(problem, { cmd: command, stdout, stderr });
      callback(problem ?? null, stdout, stderr);
    });
    return child;
  };
  // With a callback, or as something that can be awaited: { stdout, stderr }.
  const either = (start, options, command, callback) => {
    if (typeof callback === "function") return collected(start, options, command, callback);
    let settle;
    const ended = new Promise((resolve, reject) => {
      settle = (error, stdout, stderr) => error === null ? resolve({ stdout, stderr }) : reject(error);
    });
    // A program that never asks for the result listens to events.
    ended.catch(() => {});
    const child = collected(start, options, command, settle);
    for (const name of ["then", "catch", "finally"]) {
      Object.defineProperty(child, name, { __proto__: null, value: (...args) => ended[name](...args), configurable: true });
    }
    return child;
  };
  const plainly = (asked) => Object.assign(asked, {
    [PROMISIFY]: (...args) => new Promise((resolve, reject) => {
      asked(...args, (error, stdout, stderr) => error === null ? resolve({ stdout, stderr }) : reject(error));
    }),
  });

  const sync = (start, options) => {
    const input = bytesOf(options.input);
    const most = options.maxBuffer ?? MAX_BUFFER;
    const [, output, error] = stdioOf(options.stdio);
    const encoding = encodingOr(options.encoding, null);
    const shown = (bytes, kept) => {
      const text = encoding === null ? view(bytes.slice()) : decode(bytes, encoding);
      if (kept === "inherit" && bytes.length > 0) console.log(decode(bytes, "utf8").replace(/\n$/, ""));
      return kept === "pipe" ? text : null;
    };
    let ended;
    try {
      ended = now({ Run: { start, input: [], most } }, input, start);
    } catch (refusal) {
      return { pid: 0, output: null, stdout: null, stderr: null, status: null, signal: null, error: refusal };
    }
    const [stdout, stderr] = [shown(ended.output, output), shown(ended.error, error)];
    const result = { pid: 0, output: [null, stdout, stderr], stdout, stderr, status: ended.exit.code, signal: ended.exit.signal };
    const limit = limited(ended.exit);
    if (limit !== undefined) {
      const full = limit.outcome === "limit.output";
      const code = full ? "ENOBUFS" : limit.outcome === "limit.timeout" ? "ETIMEDOUT" : "EAGAIN";
      result.error = Object.assign(failed({ code, message: `spawnSync ${start.command} ${code}: ${limit.why}` }, start), { outcome: limit.outcome });
    }
    return result;
  };
  const orThrow = (result, command) => {
    if (result.error !== undefined) throw Object.assign(result.error, { status: result.status, signal: result.signal, stdout: result.stdout, stderr: result.stderr });
    if (result.status === 0) return result.stdout;
    const said = result.stderr === null ? "" : typeof result.stderr === "string" ? result.stderr : decode(result.stderr, "utf8");
    throw Object.assign(new Error(`Command failed: ${command}${said === "" ? "" : `\n${said}`}`), result);
  };

  const child_process = {
    ChildProcess,
    spawn(file, args = undefined, options = undefined) {
      const [list, how] = split(args, options);
      return new ChildProcess(planOf("Spawn", file, list, how), how);
    },
    execFile: plainly((file, ...rest) => {
      const [list, how, callback] = split(...rest);
      return either(planOf("Exec", file, list, how), how, [file, ...list].join(" "), callback);
    }),
    exec: plainly((command, ...rest) => {
      const [, how, callback] = split(undefined, ...rest);
      return either(planOf("Exec", command, [], { ...how, shell: how.shell ?? true }), how, command, callback);
    }),
    spawnSync(file, args = undefined, options = undefined) {
      const [list, how] = split(args, options);
      return sync(planOf("Exec", file, list, how), how);
    },
    execFileSync(file, args = undefined, options = undefined) {
      const [list, how] = split(args, options);
      return orThrow(sync(planOf("Exec", file, list, how), how), [file, ...list].join(" "));
    },
    execSync(command, options = undefined) {
      const how = options ?? {};
      return orThrow(sync(planOf("Exec", command, [], { ...how, shell: how.shell ?? true }), how), command);
    },
  };
  for (const name of ["execFile", "exec"]) Object.defineProperty(child_process[name], "name", { __proto__: null, value: name });
  inner.child_process = child_process;
  return { __proto__: null, child_process };
})
