// The global `Deno` with Command alone (docs.deno.com/api/deno/~/Deno.Command), for scripts that were written for it.
"use strict";
((inner) => {
  const { ReadableStream, WritableStream } = inner.load("06_streams.js");
  const { begin, bytesOf, closeInput, forward, kill, later, now, read, startOf, wait, write } = inner.children;
  const { plain } = inner.buffer;
  // What `output` keeps of each stream; the server's own limit is policies.subprocess.max_output_mb.
  const MOST = 2 ** 40;

  class NotFound extends Error {}
  class PermissionDenied extends Error {}
  for (const Class of [NotFound, PermissionDenied]) Object.defineProperty(Class.prototype, "name", { __proto__: null, value: Class.name, configurable: true, writable: true });
  const translated = (error) => {
    const Class = error?.code === "ENOENT" ? NotFound : error?.code === "EACCES" ? PermissionDenied : undefined;
    if (Class === undefined) return error;
    return Object.assign(new Class(error.message), { code: error.code }, error.outcome && { outcome: error.outcome });
  };
  const stdio = (options, name, fallback) => {
    const wanted = options[name] ?? fallback;
    if (!["piped", "null", "inherit"].includes(wanted)) throw new TypeError(`${name} is "piped", "null" or "inherit"`);
    return wanted;
  };
  const statusOf = (exit) => ({
    success: exit.code === 0, code: exit.code ?? 128, signal: exit.signal ?? null, ...(exit.limit ? { limit: exit.limit, reason: exit.why } : {}),
  });
  const ended = (options, { exit, output, error }) => {
    const result = statusOf(exit);
    for (const [name, bytes] of [["stdout", output], ["stderr", error]]) {
      const kept = stdio(options, name, "piped") === "piped";
      Object.defineProperty(result, name, {
        __proto__: null, enumerable: true,
        ...(kept ? { value: plain(bytes).slice() } : { get() { throw new TypeError(`Cannot get "${name}": it is not piped`); } }),
      });
    }
    return result;
  };

  class ChildProcess {
    #child;
    #options;
    #status;
    #streams = { __proto__: null };
    constructor(start, options) {
      const kept = [stdio(options, "stdin", "null") === "piped", stdio(options, "stdout", "inherit"), stdio(options, "stderr", "inherit")];
      this.#options = options;
      this.#child = begin(start, { input: kept[0], output: kept[1] !== "null", error: kept[2] !== "null" }).catch((error) => {
        throw translated(error);
      });
      const forwarded = [["Output", kept[1]], ["Error", kept[2]]].filter(([, how]) => how === "inherit");
      this.#status = this.#child.then(async (child) => {
        const all = forwarded.map(([output]) => forward(child, output));
        const exit = await wait(child);
        await Promise.all(all);
        return statusOf(exit);
      });
      // Who waits for the status hears of it.
      this.#status.catch(() => {});
      const { signal } = options;
      signal?.addEventListener("abort", () => this.kill(), { once: true });
      if (kept[0]) this.#streams.stdin = this.#writable();
      if (kept[1] === "piped") this.#streams.stdout = this.#readable("Output");
      if (kept[2] === "piped") this.#streams.stderr = this.#readable("Error");
    }
    #readable(output) {
      return new ReadableStream({
        pull: async (controller) => {
          const bytes = await read(await this.#child, output);
          if (bytes.length === 0) controller.close();
          else controller.enqueue(plain(bytes));
        },
      }, { highWaterMark: 0 });
    }
    #writable() {
      return new WritableStream({
        write: async (chunk) => await write(await this.#child, bytesOf(chunk)),
        close: async () => await closeInput(await this.#child),
        abort: async () => await closeInput(await this.#child),
      });
    }
    #stream(name) {
      const stream = this.#streams[name];
      if (stream === undefined) throw new TypeError(`Cannot get "${name}": it is not piped`);
      return stream;
    }
    get stdin() {
      return this.#stream("stdin");
    }
    get stdout() {
      return this.#stream("stdout");
    }
    get stderr() {
      return this.#stream("stderr");
    }
    get status() {
      return this.#status;
    }
    async output() {
      const all = async (name) => {
        if (this.#streams[name] === undefined) return new Uint8Array(0);
        const pieces = [];
        for await (const piece of this.#streams[name]) pieces.push(piece);
        return inner.buffer.Buffer.concat(pieces);
      };
      const [output, error, status] = await Promise.all([all("stdout"), all("stderr"), this.#status]);
      const { stdout = "inherit", stderr = "inherit" } = this.#options;
      const { success, code, signal } = status;
      return ended({ stdout, stderr }, { exit: { code: success ? 0 : code, signal }, output, error });
    }
    kill(signal = "SIGTERM") {
      this.#child.then((child) => kill(child, signal)).catch(() => {});
    }
    ref() {}
    unref() {}
    async [Symbol.asyncDispose]() {
      this.kill();
      await this.#status.catch(() => {});
    }
  }

  class Command {
    #start;
    #options;
    constructor(command, options = undefined) {
      this.#options = options ?? {};
      this.#start = startOf("Exec", command, this.#options.args, this.#options);
    }
    #checked() {
      if (this.#options.stdin === "piped") throw new TypeError('output() gives no input: stdin is "null", or use spawn()');
      this.#options.signal?.throwIfAborted();
      return { Run: { start: this.#start, input: [], most: MOST } };
    }
    async output() {
      try {
        return ended(this.#options, await later(this.#checked(), undefined, this.#start));
      } catch (error) {
        throw translated(error);
      }
    }
    outputSync() {
      try {
        return ended(this.#options, now(this.#checked(), undefined, this.#start));
      } catch (error) {
        throw translated(error);
      }
    }
    spawn() {
      return new ChildProcess({ ...this.#start, kind: "Spawn" }, this.#options);
    }
  }
  return { __proto__: null, Deno: { Command, ChildProcess, errors: { NotFound, PermissionDenied } } };
})
