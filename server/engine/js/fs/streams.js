// Files as streams of the web platform, and FileHandle. A stream opens its file at the first use.
"use strict";
((inner) => {
  const { ReadableStream, WritableStream } = inner.load("06_streams.js");
  const { badHandle, bytesOf, decode, descriptorOf, fileOf, integer, later, operations, optionsOf, pathOf, textEncoding } = inner.files;
  const { view } = inner.buffer;
  const PIECE = 64 << 10;
  const promised = { __proto__: null };
  for (const name in operations) promised[name] = later(operations[name]);

  // Text must not be cut within a character.
  const decoderOf = (encoding) => {
    if (encoding === null) return (bytes) => view(bytes);
    const name = { utf8: "utf-8", utf16le: "utf-16le" }[encoding];
    if (name !== undefined) {
      const decoder = new TextDecoder(name, { ignoreBOM: true });
      return (bytes, last) => decoder.decode(bytes, { stream: !last });
    }
    if (encoding.startsWith("base64")) throw new TypeError("a stream is not read as base64; leave the encoding out");
    return (bytes) => decode(bytes, encoding);
  };
  // Chunks are Buffers, or texts where there is an encoding. `start` and `end` (inclusive) are bytes.
  const createReadStream = (file, options = undefined) => {
    const how = optionsOf(options);
    const decoded = decoderOf(textEncoding(how));
    let fd = descriptorOf(file ?? how.fd);
    const path = fd === undefined ? pathOf(file) : undefined;
    const closes = how.autoClose !== false;
    const size = integer(how.highWaterMark, "highWaterMark", PIECE) || PIECE;
    const end = integer(how.end, "end", Infinity);
    let at = integer(how.start, "start", undefined);
    const close = async () => {
      if (closes && fd !== undefined) await promised.close(fd);
    };
    return new ReadableStream({
      async pull(controller) {
        fd ??= await promised.open(path, how.flags ?? "r");
        const { position } = fileOf(fd, "read");
        at ??= position;
        const buffer = new Uint8Array(Math.max(0, Math.min(size, end - at + 1)));
        const count = buffer.length === 0 ? 0 : await promised.read(fd, buffer, 0, buffer.length, at);
        at += count;
        const chunk = decoded(buffer.subarray(0, count), count === 0);
        if (chunk.length > 0) controller.enqueue(chunk);
        if (count === 0) {
          await close();
          controller.close();
        } else if (chunk.length === 0) {
          await this.pull(controller);
        }
      },
      cancel: close,
    }, { highWaterMark: 0 });
  };

  // With `write` and `end` of Node, which give promises here.
  class WriteStream extends WritableStream {
    #writer;
    write(chunk, encoding = undefined) {
      this.#writer ??= this.getWriter();
      return this.#writer.write(typeof chunk === "string" ? bytesOf(chunk, encoding) : chunk);
    }
    async end(chunk = undefined, encoding = undefined) {
      if (chunk !== undefined && chunk !== null) await this.write(chunk, encoding);
      this.#writer ??= this.getWriter();
      await this.#writer.close();
    }
  }
  const createWriteStream = (file, options = undefined) => {
    const how = optionsOf(options);
    let fd = descriptorOf(file ?? how.fd);
    const path = fd === undefined ? pathOf(file) : undefined;
    let at = integer(how.start, "start", undefined);
    const opened = async () => {
      fd ??= await promised.open(path, how.flags ?? "w", how.mode);
    };
    const close = async () => {
      if (how.autoClose !== false && fd !== undefined) await promised.close(fd);
    };
    return new WriteStream({
      start: opened,
      async write(chunk) {
        let bytes = bytesOf(chunk, how.encoding, "chunk");
        while (bytes.length > 0) {
          const count = await promised.write(fd, bytes, 0, bytes.length, at);
          if (at !== undefined) at += count;
          bytes = bytes.subarray(count);
        }
      },
      close,
      abort: close,
    });
  };
  const lines = async function* (stream) {
    let rest = "";
    for await (const chunk of stream) {
      const parts = (rest + chunk).split(/\r?\n/);
      rest = parts.pop();
      // A line break may be cut in two.
      yield* parts;
    }
    if (rest !== "") yield rest;
  };

  class FileHandle {
    #fd;
    constructor(fd) {
      this.#fd = fd;
    }
    get fd() {
      return this.#fd;
    }
    #own(syscall) {
      fileOf(this.#fd, syscall);
      return this.#fd;
    }
    async close() {
      if (this.#fd < 0) throw badHandle("close");
      const fd = this.#fd;
      this.#fd = -1;
      await promised.close(fd);
    }
    [Symbol.asyncDispose]() {
      return this.close();
    }
    async read(buffer = undefined, ...rest) {
      if (buffer === undefined || !ArrayBuffer.isView(buffer)) {
        const how = buffer ?? {};
        buffer = how.buffer ?? view(new Uint8Array(16 << 10));
        rest = [how];
      }
      return { bytesRead: await promised.read(this.#own("read"), buffer, ...rest), buffer };
    }
    async write(buffer, ...rest) {
      return { bytesWritten: await promised.write(this.#own("write"), buffer, ...rest), buffer };
    }
    readFile(options = undefined) {
      return promised.readFile(this, options);
    }
    writeFile(data, options = undefined) {
      return promised.writeFile(this, data, options);
    }
    appendFile(data, options = undefined) {
      return promised.writeFile(this, data, options);
    }
    stat(options = undefined) {
      return promised.fstat(this.#fd, options);
    }
    truncate(length = 0) {
      return promised.ftruncate(this.#fd, length);
    }
    sync() {
      return promised.fsync(this.#fd);
    }
    datasync() {
      return promised.fsync(this.#fd);
    }
    createReadStream(options = undefined) {
      return createReadStream(this, options);
    }
    createWriteStream(options = undefined) {
      return createWriteStream(this, options);
    }
    readableWebStream() {
      return createReadStream(this, { autoClose: false });
    }
    readLines(options = undefined) {
      return lines(createReadStream(this, { encoding: "utf8", ...options }));
    }
  }
  Object.assign(inner.files, { createReadStream, createWriteStream, FileHandle, promised });
  return { __proto__: null };
})
