// node:buffer.
(function () {
const { Blob, File, TextDecoder, TextEncoder, atob, btoa } = __bootstrap.internals.platform;
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const kMaxLength = 2 ** 32 - 1;

const fault = (Kind, code, message) => Object.assign(new Kind(message), { code });
const ENCODINGS = {
  __proto__: null, utf8: "utf8", "utf-8": "utf8", hex: "hex", base64: "base64", base64url: "base64url", ascii: "ascii",
  latin1: "latin1", binary: "latin1", ucs2: "utf16le", "ucs-2": "utf16le", utf16le: "utf16le", "utf-16le": "utf16le",
};
const encodingOf = (name = "utf8") => {
  const encoding = ENCODINGS[`${name}`.toLowerCase()];
  if (encoding === undefined) throw fault(TypeError, "ERR_UNKNOWN_ENCODING", `Unknown encoding: ${name}`);
  return encoding;
};
// Whatever is no digit of base64 is skipped, and "=" ends it, as Node has it.
const fromBase64 = (text) => {
  const digits = text.split("=")[0].replaceAll("-", "+").replaceAll("_", "/").replace(/[^A-Za-z0-9+/]/g, "");
  const whole = digits.length % 4 === 1 ? digits.slice(0, -1) : digits;
  const characters = atob(whole);
  return Uint8Array.from(characters, (character) => character.charCodeAt(0));
};
const fromHex = (text) => {
  const pairs = /^(?:[0-9a-f]{2})*/i.exec(text)[0];
  const bytes = new Uint8Array(pairs.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = parseInt(pairs.slice(2 * i, 2 * i + 2), 16);
  return bytes;
};
const encode = (text, name) => {
  switch (encodingOf(name)) {
    case "utf8": return encoder.encode(text);
    case "hex": return fromHex(text);
    case "base64": case "base64url": return fromBase64(text);
    case "utf16le": {
      const bytes = new Uint8Array(text.length * 2);
      for (let i = 0; i < text.length; i++) {
        bytes[2 * i] = text.charCodeAt(i) & 0xff;
        bytes[2 * i + 1] = text.charCodeAt(i) >> 8;
      }
      return bytes;
    }
    default: {
      const bytes = new Uint8Array(text.length);
      for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
      return bytes;
    }
  }
};
const PIECE = 8192;
const characters = (bytes, mask) => {
  let text = "";
  for (let at = 0; at < bytes.length; at += PIECE) {
    const piece = bytes.subarray(at, at + PIECE);
    text += String.fromCharCode(...(mask === 0xff ? piece : piece.map((byte) => byte & mask)));
  }
  return text;
};
const decode = (bytes, name) => {
  switch (encodingOf(name)) {
    case "utf8": return decoder.decode(bytes);
    case "hex": return bytes.toHex();
    case "base64": return btoa(characters(bytes, 0xff));
    case "base64url": return btoa(characters(bytes, 0xff)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
    case "ascii": return characters(bytes, 0x7f);
    case "utf16le": {
      let text = "";
      for (let i = 0; i + 1 < bytes.length; i += 2) text += String.fromCharCode(bytes[i] | bytes[i + 1] << 8);
      return text;
    }
    default: return characters(bytes, 0xff);
  }
};
const plain = (view) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
const sizeOf = (size) => {
  if (typeof size === "number" && size >= 0 && size <= kMaxLength) return size;
  if (typeof size !== "number") throw fault(TypeError, "ERR_INVALID_ARG_TYPE", 'The "size" argument must be of type number');
  throw fault(RangeError, "ERR_OUT_OF_RANGE", `The value of "size" is out of range. It must be >= 0 and <= ${kMaxLength}. Received ${size}`);
};
const order = (a, b) => {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return a[i] < b[i] ? -1 : 1;
  return Math.sign(a.length - b.length);
};

class Buffer extends Uint8Array {
  static from(value, encoding, length) {
    if (typeof value === "string") return wrap(encode(value, encoding));
    if (value instanceof ArrayBuffer) return new Buffer(value, encoding, length);
    if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return wrap(Uint8Array.from(value));
    if (Array.isArray(value)) return wrap(Uint8Array.from(value, (one) => one & 0xff));
    if (value !== null && typeof value === "object") {
      if (value.type === "Buffer" && Array.isArray(value.data)) return Buffer.from(value.data);
      const primitive = value.valueOf?.();
      if (primitive !== value && primitive !== null && primitive !== undefined) return Buffer.from(primitive, encoding, length);
      if (typeof value.length === "number") return wrap(Uint8Array.from(Array.from(value), (one) => one & 0xff));
    }
    throw fault(TypeError, "ERR_INVALID_ARG_TYPE", "The first argument must be a string, bytes, an array or an object like one");
  }
  static alloc(size, fill, encoding) {
    const made = new Buffer(sizeOf(size));
    return fill === undefined ? made : made.fill(fill, encoding);
  }
  static allocUnsafe(size) {
    return new Buffer(sizeOf(size));
  }
  static concat(list, length = list.reduce((sum, one) => sum + one.length, 0)) {
    const made = Buffer.alloc(length);
    let at = 0;
    for (const one of list) {
      if (at >= length) break;
      made.set(at + one.length > length ? one.subarray(0, length - at) : one, at);
      at += one.length;
    }
    return made;
  }
  static byteLength(value, encoding) {
    return typeof value === "string" ? encode(value, encoding).length : value.byteLength;
  }
  static compare(a, b) {
    return order(a, b);
  }
  static isBuffer(value) {
    return value instanceof Buffer;
  }
  static isEncoding(name) {
    return typeof name === "string" && ENCODINGS[name.toLowerCase()] !== undefined;
  }

  toString(encoding, start = 0, end = this.length) {
    return decode(plain(this).subarray(Math.max(0, start), Math.max(0, end)), encoding);
  }
  toLocaleString(encoding, start, end) {
    return this.toString(encoding, start, end);
  }
  toJSON() {
    return { type: "Buffer", data: Array.from(this) };
  }
  equals(other) {
    return this === other || order(this, other) === 0;
  }
  compare(target, targetStart = 0, targetEnd = target.length, start = 0, end = this.length) {
    return order(plain(this).subarray(start, end), plain(target).subarray(targetStart, targetEnd));
  }
  copy(target, targetStart = 0, start = 0, end = this.length) {
    const room = Math.max(0, target.length - targetStart);
    const bytes = plain(this).subarray(start, Math.min(end, start + room));
    target.set(bytes, targetStart);
    return bytes.length;
  }
  // The same memory, unlike what slice is elsewhere.
  slice(start, end) {
    return this.subarray(start, end);
  }
  write(text, offset = 0, length = this.length - offset, encoding = "utf8") {
    if (typeof offset === "string") [offset, length, encoding] = [0, this.length, offset];
    else if (typeof length === "string") [length, encoding] = [this.length - offset, length];
    const bytes = encode(text, encoding);
    let count = Math.min(bytes.length, length, this.length - offset);
    // No part of a character is written.
    if (encodingOf(encoding) === "utf8") while (count < bytes.length && count > 0 && (bytes[count] & 0xc0) === 0x80) count--;
    this.set(bytes.subarray(0, count), offset);
    return count;
  }
  fill(value, offset = 0, end = this.length, encoding = "utf8") {
    if (typeof offset === "string") [offset, end, encoding] = [0, this.length, offset];
    else if (typeof end === "string") [end, encoding] = [this.length, end];
    if (typeof value === "number" || typeof value === "boolean") {
      super.fill(value & 0xff, offset, end);
      return this;
    }
    const bytes = typeof value === "string" ? encode(value, encoding) : plain(value);
    if (bytes.length === 0) super.fill(0, offset, end);
    else for (let at = offset; at < end; at++) this[at] = bytes[(at - offset) % bytes.length];
    return this;
  }
  indexOf(value, offset = 0, encoding = "utf8") {
    return search(this, value, offset, encoding, 1);
  }
  lastIndexOf(value, offset = this.length, encoding = "utf8") {
    return search(this, value, offset, encoding, -1);
  }
  includes(value, offset, encoding) {
    return this.indexOf(value, offset, encoding) >= 0;
  }
  swap16() {
    return swap(this, 2);
  }
  swap32() {
    return swap(this, 4);
  }
  swap64() {
    return swap(this, 8);
  }
}
const wrap = (bytes) => new Buffer(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const search = (buffer, value, offset, encoding, step) => {
  if (typeof offset === "string") [offset, encoding] = [step > 0 ? 0 : buffer.length, offset];
  const bytes = typeof value === "number" ? [value & 0xff] : typeof value === "string" ? encode(value, encoding) : value;
  const last = buffer.length - bytes.length;
  const from = offset < 0 ? Math.max(0, buffer.length + offset) : offset;
  for (let at = step > 0 ? from : Math.min(from, last); at >= 0 && at <= last; at += step) {
    let i = 0;
    while (i < bytes.length && buffer[at + i] === bytes[i]) i++;
    if (i === bytes.length) return at;
  }
  return -1;
};
const swap = (buffer, size) => {
  if (buffer.length % size !== 0) {
    throw fault(RangeError, "ERR_INVALID_BUFFER_SIZE", `Buffer size must be a multiple of ${size * 8}-bits`);
  }
  for (let at = 0; at < buffer.length; at += size) plain(buffer).subarray(at, at + size).reverse();
  return buffer;
};

// Numbers of fixed size, by the methods of DataView, and integers of one to six bytes.
const define = (name, value) => Object.defineProperty(Buffer.prototype, name, {
  __proto__: null, value, writable: true, enumerable: false, configurable: true,
});
const within = (buffer, offset, size) => {
  if (Number.isInteger(offset) && offset >= 0 && offset + size <= buffer.length) return;
  throw fault(RangeError, "ERR_OUT_OF_RANGE", `The value of "offset" is out of range. It must be >= 0 and <= ${buffer.length - size}`);
};
const view = (buffer) => new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
const inRange = (value, low, high) => {
  if (value >= low && value <= high) return;
  throw fault(RangeError, "ERR_OUT_OF_RANGE", `The value ${String(value)} is out of range. It must be >= ${low} and <= ${high}`);
};
const number = (name, method, size, little, low, high) => {
  define(`read${name}`, function (offset = 0) {
    within(this, offset, size);
    return view(this)[`get${method}`](offset, little);
  });
  define(`write${name}`, function (value, offset = 0) {
    within(this, offset, size);
    if (low !== undefined) inRange(value, low, high);
    view(this)[`set${method}`](offset, value, little);
    return offset + size;
  });
};
number("UInt8", "Uint8", 1, true, 0, 0xff);
number("Int8", "Int8", 1, true, -0x80, 0x7f);
for (const [end, little] of [["LE", true], ["BE", false]]) {
  number(`UInt16${end}`, "Uint16", 2, little, 0, 0xffff);
  number(`Int16${end}`, "Int16", 2, little, -0x8000, 0x7fff);
  number(`UInt32${end}`, "Uint32", 4, little, 0, 0xffffffff);
  number(`Int32${end}`, "Int32", 4, little, -0x80000000, 0x7fffffff);
  number(`BigUInt64${end}`, "BigUint64", 8, little, 0n, 2n ** 64n - 1n);
  number(`BigInt64${end}`, "BigInt64", 8, little, -(2n ** 63n), 2n ** 63n - 1n);
  number(`Float${end}`, "Float32", 4, little);
  number(`Double${end}`, "Float64", 8, little);
  define(`readUInt${end}`, function (offset, size) {
    within(this, offset, size);
    let value = 0;
    for (let i = 0; i < size; i++) value = value * 256 + this[little ? offset + size - 1 - i : offset + i];
    return value;
  });
  define(`readInt${end}`, function (offset, size) {
    const value = this[`readUInt${end}`](offset, size);
    return value >= 2 ** (8 * size - 1) ? value - 2 ** (8 * size) : value;
  });
  define(`writeUInt${end}`, function (value, offset, size) {
    within(this, offset, size);
    inRange(value, 0, 2 ** (8 * size) - 1);
    for (let i = 0; i < size; i++) {
      this[little ? offset + i : offset + size - 1 - i] = value % 256;
      value = Math.floor(value / 256);
    }
    return offset + size;
  });
  define(`writeInt${end}`, function (value, offset, size) {
    within(this, offset, size);
    inRange(value, -(2 ** (8 * size - 1)), 2 ** (8 * size - 1) - 1);
    return this[`writeUInt${end}`](value < 0 ? value + 2 ** (8 * size) : value, offset, size);
  });
}
for (const name of Object.getOwnPropertyNames(Buffer.prototype)) {
  if (name.includes("UInt")) define(name.replace("UInt", "Uint"), Buffer.prototype[name]);
}

const isUtf8 = (bytes) => {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
};
const isAscii = (bytes) => plain(bytes).every((byte) => byte < 0x80);
const constants = { MAX_LENGTH: kMaxLength, MAX_STRING_LENGTH: 2 ** 29 - 24 };
const exported = { Blob, Buffer, File, atob, btoa, constants, isAscii, isUtf8, kMaxLength };
return { default: exported, ...exported };
})();
