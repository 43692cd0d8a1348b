// Buffer of Node: bytes with text encodings and numbers, for capabilities that hand bytes to scripts. Not the rest of
// node:buffer. Compiled where a job brings such a capability.
"use strict";
((inner) => {
  const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });
  const utf16 = new TextDecoder("utf-16le", { ignoreBOM: true });
  const encoder = new TextEncoder();
  const NAMES = {
    __proto__: null, "utf8": "utf8", "utf-8": "utf8", "ucs2": "utf16le", "ucs-2": "utf16le", "utf16le": "utf16le", "utf-16le": "utf16le",
    "latin1": "latin1", "binary": "latin1", "ascii": "ascii", "hex": "hex", "base64": "base64", "base64url": "base64url",
  };
  const encodingOf = (encoding) => {
    const known = NAMES[String(encoding ?? "utf8").toLowerCase()];
    if (known !== undefined) return known;
    throw Object.assign(new TypeError(`Unknown encoding: ${encoding}`), { code: "ERR_UNKNOWN_ENCODING" });
  };
  // Text of at most this many characters is made in one call.
  const CHARACTERS = 1 << 13;
  const characters = (bytes, mask) => {
    let text = "";
    for (let at = 0; at < bytes.length; at += CHARACTERS) {
      const part = Uint8Array.from(bytes.subarray(at, at + CHARACTERS), (byte) => byte & mask);
      text += String.fromCharCode.apply(null, part);
    }
    return text;
  };
  // A view of the same bytes, whatever kind of view came in.
  const plain = (view) => view.constructor === Uint8Array ? view : new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  const decode = (view, encoding) => {
    const bytes = plain(view);
    switch (encodingOf(encoding)) {
      case "utf8": return utf8.decode(bytes);
      // An odd byte at the end is left out.
      case "utf16le": return utf16.decode(bytes.subarray(0, bytes.length & ~1));
      case "latin1": return characters(bytes, 0xff);
      case "ascii": return characters(bytes, 0x7f);
      case "hex": return bytes.toHex();
      case "base64": return bytes.toBase64();
      default: return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
    }
  };
  // As in Node: both alphabets, whatever else is in between is left out, and the first `=` is the end.
  const fromBase64 = (text) => {
    const digits = text.split("=", 1)[0].replace(/-/g, "+").replace(/_/g, "/").replace(/[^A-Za-z0-9+/]/g, "");
    return Uint8Array.fromBase64(digits.length % 4 === 1 ? digits.slice(0, -1) : digits);
  };
  const encode = (text, encoding) => {
    switch (encodingOf(encoding)) {
      case "utf8": return encoder.encode(text);
      case "utf16le": {
        const bytes = new Uint8Array(text.length * 2);
        for (let i = 0; i < text.length; i++) {
          const unit = text.charCodeAt(i);
          bytes[2 * i] = unit;
          bytes[2 * i + 1] = unit >> 8;
        }
        return bytes;
      }
      case "hex": return Uint8Array.fromHex(/^(?:[0-9a-fA-F]{2})*/.exec(text)[0]);
      case "base64": case "base64url": return fromBase64(text);
      default: {
        const bytes = new Uint8Array(text.length);
        for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
        return bytes;
      }
    }
  };
  const typeError = (name, wanted, value) => Object.assign(
    new TypeError(`The "${name}" argument must be ${wanted}. Received ${value === null ? "null" : typeof value}`), { code: "ERR_INVALID_ARG_TYPE" },
  );

  class Buffer extends Uint8Array {
    static from(value, encoding = undefined, length = undefined) {
      if (typeof value === "string") return view(encode(value, encoding));
      if (value instanceof ArrayBuffer) return new Buffer(value, encoding, length);
      if (typeof value !== "object" || value === null) throw typeError("value", "a string, an array, a buffer or a view of one", value);
      return view(Uint8Array.from(value.type === "Buffer" && Array.isArray(value.data) ? value.data : value));
    }
    static alloc(size, fill = 0, encoding = undefined) {
      const made = new Buffer(size);
      return fill === 0 ? made : made.fill(fill, encoding);
    }
    static allocUnsafe(size) {
      return new Buffer(size);
    }
    static concat(list, total = undefined) {
      const size = total ?? list.reduce((sum, part) => sum + part.byteLength, 0);
      const whole = new Buffer(size);
      let at = 0;
      for (const part of list) {
        if (at >= size) break;
        const bytes = plain(part).subarray(0, size - at);
        whole.set(bytes, at);
        at += bytes.length;
      }
      return whole;
    }
    static byteLength(value, encoding = undefined) {
      return typeof value === "string" ? encode(value, encoding).length : value.byteLength;
    }
    static isBuffer(value) {
      return value instanceof Buffer;
    }
    static isEncoding(encoding) {
      return typeof encoding === "string" && NAMES[encoding.toLowerCase()] !== undefined;
    }
    static compare(a, b) {
      const length = Math.min(a.length, b.length);
      for (let i = 0; i < length; i++) if (a[i] !== b[i]) return a[i] < b[i] ? -1 : 1;
      return Math.sign(a.length - b.length);
    }
    toString(encoding = undefined, start = 0, end = this.length) {
      return decode(this.subarray(Math.max(0, start), Math.max(0, end)), encoding);
    }
    toJSON() {
      return { type: "Buffer", data: Array.from(this) };
    }
    equals(other) {
      return Buffer.compare(this, other) === 0;
    }
    compare(other) {
      return Buffer.compare(this, other);
    }
    // As in Node, and not as in Uint8Array: of the same memory.
    slice(start = undefined, end = undefined) {
      return this.subarray(start, end);
    }
    copy(target, at = 0, start = 0, end = this.length) {
      const bytes = plain(this).subarray(start, end).subarray(0, Math.max(0, target.length - at));
      plain(target).set(bytes, at);
      return bytes.length;
    }
    write(text, offset = 0, length = undefined, encoding = undefined) {
      if (typeof offset === "string") return this.write(text, 0, undefined, offset);
      if (typeof length === "string") return this.write(text, offset, undefined, length);
      const bytes = encode(String(text), encoding).subarray(0, Math.min(length ?? Infinity, this.length - offset));
      this.set(bytes, offset);
      return bytes.length;
    }
    fill(value, start = 0, end = this.length, encoding = undefined) {
      if (typeof start === "string") return this.fill(value, 0, this.length, start);
      if (typeof value === "number") return super.fill(value, start, end);
      const bytes = typeof value === "string" ? encode(value, encoding) : plain(value);
      if (bytes.length === 0) return super.fill(0, start, end);
      for (let at = start; at < end; at += bytes.length) this.set(bytes.subarray(0, end - at), at);
      return this;
    }
    indexOf(value, from = 0, encoding = undefined) {
      if (typeof value === "number") return super.indexOf(value & 0xff, from);
      const wanted = typeof value === "string" ? encode(value, encoding) : plain(value);
      for (let at = Math.max(0, from < 0 ? this.length + from : from); at + wanted.length <= this.length; at++) {
        let same = 0;
        while (same < wanted.length && this[at + same] === wanted[same]) same++;
        if (same === wanted.length) return at;
      }
      return -1;
    }
    includes(value, from = 0, encoding = undefined) {
      return this.indexOf(value, from, encoding) >= 0;
    }
    [Symbol.for("Deno.customInspect")]() {
      const shown = plain(this).subarray(0, 50).toHex().replace(/..(?=.)/g, "$& ");
      const more = this.length > 50 ? ` ... ${this.length - 50} more bytes` : "";
      return `<Buffer${shown === "" ? "" : ` ${shown}`}${more}>`;
    }
  }
  // The same memory as a Buffer.
  const view = (bytes) => new Buffer(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const NUMBERS = [
    ["UInt8", "Uint8", ""], ["Int8", "Int8", ""], ["UInt16", "Uint16"], ["Int16", "Int16"], ["UInt32", "Uint32"], ["Int32", "Int32"],
    ["Float", "Float32"], ["Double", "Float64"], ["BigUInt64", "BigUint64"], ["BigInt64", "BigInt64"],
  ];
  for (const [name, kind, ends] of NUMBERS) {
    for (const end of ends === undefined ? ["LE", "BE"] : [ends]) {
      const size = globalThis[`${kind}Array`].BYTES_PER_ELEMENT;
      const data = (bytes) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      const methods = {
        [`read${name}${end}`](offset = 0) {
          return data(this)[`get${kind}`](offset, end === "LE");
        },
        [`write${name}${end}`](value, offset = 0) {
          data(this)[`set${kind}`](offset, value, end === "LE");
          return offset + size;
        },
      };
      for (const method in methods) Object.defineProperty(Buffer.prototype, method, { __proto__: null, value: methods[method], writable: true, configurable: true });
    }
  }
  inner.buffer = { __proto__: null, Buffer, encode, decode, encodingOf, plain, typeError, view };
  return { __proto__: null, Buffer };
})
