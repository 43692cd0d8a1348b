// Events and streams of a ChildProcess as node:events and node:stream have them, as far as programs use them there.
"use strict";
((inner) => {
  const { bytesOf, closeInput, read, write } = inner.children;
  const { decode, encodingOf, view } = inner.buffer;

  class Emitter {
    #listeners = new Map();
    on(name, listener) {
      if (typeof listener !== "function") throw new TypeError("a listener is a function");
      this.#listeners.set(name, [...this.#listeners.get(name) ?? [], listener]);
      return this;
    }
    addListener(name, listener) {
      return this.on(name, listener);
    }
    once(name, listener) {
      const once = (...args) => {
        this.off(name, once);
        Reflect.apply(listener, this, args);
      };
      once.listener = listener;
      return this.on(name, once);
    }
    off(name, listener) {
      const left = (this.#listeners.get(name) ?? []).filter((known) => known !== listener && known.listener !== listener);
      this.#listeners.set(name, left);
      return this;
    }
    removeListener(name, listener) {
      return this.off(name, listener);
    }
    removeAllListeners(name = undefined) {
      if (name === undefined) this.#listeners.clear();
      else this.#listeners.delete(name);
      return this;
    }
    listenerCount(name) {
      return this.#listeners.get(name)?.length ?? 0;
    }
    // As in Node, an error that nobody listens to is thrown.
    emit(name, ...args) {
      const listeners = this.#listeners.get(name) ?? [];
      if (name === "error" && listeners.length === 0) throw args[0];
      for (const listener of listeners) Reflect.apply(listener, this, args);
      return listeners.length > 0;
    }
  }

  // An output. It is read when somebody listens to its data, iterates over it, or the child has ended.
  class Readable extends Emitter {
    #child;
    #output;
    #encoding = null;
    #begun = false;
    constructor(child, output) {
      super();
      this.#child = child;
      this.#output = output;
      this.readable = true;
      this.ended = new Promise((resolve) => this.once("end", resolve));
      Object.defineProperty(this, "ended", { __proto__: null, enumerable: false });
    }
    setEncoding(encoding) {
      this.#encoding = encodingOf(encoding);
      return this;
    }
    on(name, listener) {
      super.on(name, listener);
      if (name === "data") this.resume();
      return this;
    }
    // The next chunk; undefined at the end.
    async #next(decoder) {
      const bytes = await read(await this.#child, this.#output);
      if (this.#encoding === null) return bytes.length === 0 ? undefined : bytes;
      if (this.#encoding !== "utf8") return bytes.length === 0 ? undefined : decode(bytes, this.#encoding);
      // A character may be cut in two.
      const text = decoder.decode(bytes, { stream: bytes.length > 0 });
      return text === "" ? bytes.length === 0 ? undefined : this.#next(decoder) : text;
    }
    resume() {
      if (this.#begun) return this;
      this.#begun = true;
      (async () => {
        const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
        for (;;) {
          const chunk = await this.#next(decoder);
          if (chunk === undefined) break;
          this.emit("data", chunk);
        }
      })().catch((error) => {
        if (this.listenerCount("error") > 0) this.emit("error", error);
      }).finally(() => {
        this.readable = false;
        this.emit("end");
        this.emit("close");
      });
      return this;
    }
    async *[Symbol.asyncIterator]() {
      if (this.#begun) throw new TypeError("the stream is read already");
      this.#begun = true;
      const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
      try {
        for (let chunk = await this.#next(decoder); chunk !== undefined; chunk = await this.#next(decoder)) yield chunk;
      } finally {
        this.readable = false;
        this.emit("end");
        this.emit("close");
      }
    }
    pipe(target) {
      this.on("data", (chunk) => target.write(chunk));
      this.on("end", () => target.end?.());
      return target;
    }
  }

  // The input. Writes go one after the other.
  class Writable extends Emitter {
    #child;
    #last = Promise.resolve();
    constructor(child) {
      super();
      this.#child = child;
      this.writable = true;
    }
    #queue(work, done) {
      this.#last = this.#last.then(async () => await work(await this.#child)).then(() => done?.(), (error) => {
        if (done !== undefined) done(error);
        // A child need not read what it is given.
        else if (this.listenerCount("error") > 0) this.emit("error", error);
      });
      return true;
    }
    write(chunk, encoding = undefined, done = undefined) {
      if (typeof encoding === "function") [encoding, done] = [undefined, encoding];
      if (!this.writable) throw Object.assign(new Error("write after end"), { code: "ERR_STREAM_WRITE_AFTER_END" });
      const bytes = view(bytesOf(chunk, encoding).slice());
      return this.#queue((child) => write(child, bytes), done);
    }
    end(chunk = undefined, encoding = undefined, done = undefined) {
      if (typeof chunk === "function") [chunk, done] = [undefined, chunk];
      if (typeof encoding === "function") [encoding, done] = [undefined, encoding];
      if (chunk !== undefined && chunk !== null) this.write(chunk, encoding);
      if (this.writable) this.#queue(closeInput, done);
      this.writable = false;
      return this;
    }
  }
  Object.assign(inner.children, { Emitter, Readable, Writable });
  return { __proto__: null };
})
