// Values on their way between a script and the crypto ops: Web IDL conversions, bytes, base64url, DOMExceptions. Not
// the API, which is subtle.js. First of the crypto scripts; runs once, while the base is made.
//
// Every intrinsic is captured here and in the files after this one, so that a script which later changes a prototype
// changes nothing. Arrays are read by index and objects of our own have no prototype, for the same reason.
"use strict";
(() => {
  const { __bootstrap, DOMException } = globalThis;
  const { core } = globalThis.Deno;
  const {
    ArrayBufferIsView, ArrayBufferPrototypeGetByteLength, ArrayIsArray, DataViewPrototypeGetBuffer,
    DataViewPrototypeGetByteLength, DataViewPrototypeGetByteOffset, MathTrunc, NumberIsFinite, ObjectDefineProperty,
    ObjectHasOwn, ReflectApply, StringPrototypeCharCodeAt, StringPrototypeToUpperCase, SymbolIterator, TypeError,
    TypedArrayPrototypeGetBuffer, TypedArrayPrototypeGetByteLength, TypedArrayPrototypeGetByteOffset,
    TypedArrayPrototypeGetSymbolToStringTag, TypedArrayPrototypeSet, Uint8Array, decodeURIComponent,
  } = __bootstrap.primordials;

  // Longest JSON Web Key that is unwrapped, bytes of UTF-8.
  const JWK_BYTES_MAX = 65_536;

  const fail = (name, message) => {
    throw new DOMException(message, name);
  };

  // The classes of the ops' errors, and the DOMExceptions they become. Registered, because what deno_core does for a
  // class that is not reaches Object.prototype, which is the script's.
  const EXCEPTIONS = {
    __proto__: null, CryptoDataError: "DataError", CryptoNotSupportedError: "NotSupportedError",
    CryptoOperationError: "OperationError",
  };
  for (const name in EXCEPTIONS) {
    core.registerErrorBuilder(name, (message) => ({ __proto__: null, name, message }));
  }

  // Calls an op. Its error has its class for a name; out of stack, deno_core throws the bare message.
  const call = (op, a, b, c, d, e) => {
    try {
      return op(a, b, c, d, e);
    } catch (error) {
      if (typeof error === "string") return fail("OperationError", error);
      const name = ObjectHasOwn(error, "name") ? EXCEPTIONS[error.name] : undefined;
      if (name === undefined) throw error;
      return fail(name, error.message);
    }
  };

  // ---- bytes: Uint8Arrays of our own, over buffers that nobody else has

  const lengthOf = (bytes) => TypedArrayPrototypeGetByteLength(bytes);

  // A copy of buffer[offset .. offset + length] with `room` zeros behind it.
  const copyOf = (buffer, offset, length, room) => {
    const copy = new Uint8Array(length + room);
    if (length > 0) TypedArrayPrototypeSet(copy, new Uint8Array(buffer, offset, length));
    return copy;
  };

  // Ours start where their buffer does.
  const slice = (bytes, start, end) => copyOf(TypedArrayPrototypeGetBuffer(bytes), start, end - start, 0);

  const concat = (first, second) => {
    const both = copyOf(TypedArrayPrototypeGetBuffer(first), 0, lengthOf(first), lengthOf(second));
    TypedArrayPrototypeSet(both, second, lengthOf(first));
    return both;
  };

  // What a script is given: a buffer that only it has.
  const bufferOf = (bytes) => TypedArrayPrototypeGetBuffer(bytes);

  // Calls an op that makes bytes. They move to the isolate's own allocator, whose limit counts them.
  const callForBytes = (op, a, b, c, d, e) => {
    const bytes = call(op, a, b, c, d, e);
    return slice(bytes, 0, lengthOf(bytes));
  };

  // ---- Web IDL (https://webidl.spec.whatwg.org/#js-type-mapping)

  const isObject = (value) => (typeof value === "object" && value !== null) || typeof value === "function";

  // Where a BufferSource has its bytes, or undefined. The getters look at internal slots: no proxy, no subclass and no
  // SharedArrayBuffer gets by, and nothing of the script's runs.
  const placeOf = (source) => {
    try {
      if (!ArrayBufferIsView(source)) {
        return { __proto__: null, buffer: source, offset: 0, length: ArrayBufferPrototypeGetByteLength(source) };
      }
      const typed = TypedArrayPrototypeGetSymbolToStringTag(source) !== undefined;
      const buffer = typed ? TypedArrayPrototypeGetBuffer(source) : DataViewPrototypeGetBuffer(source);
      ArrayBufferPrototypeGetByteLength(buffer);
      const offset = typed ? TypedArrayPrototypeGetByteOffset(source) : DataViewPrototypeGetByteOffset(source);
      const length = typed ? TypedArrayPrototypeGetByteLength(source) : DataViewPrototypeGetByteLength(source);
      return { __proto__: null, buffer, offset, length };
    } catch {
      return undefined;
    }
  };

  const isBufferSource = (value) => placeOf(value) !== undefined;

  const bytesOf = (source, what) => {
    const place = placeOf(source);
    if (place === undefined) throw new TypeError(`${what} must be an ArrayBuffer or a view of one (not shared)`);
    return copyOf(place.buffer, place.offset, place.length, 0);
  };

  const present = (value, what) => {
    if (value === undefined) throw new TypeError(`${what} is missing`);
    return value;
  };

  // [EnforceRange] unsigned integer up to `max`.
  const integerOf = (value, max, what) => {
    const number = +present(value, what);
    const whole = NumberIsFinite(number) ? MathTrunc(number) : -1;
    if (whole < 0 || whole > max) throw new TypeError(`${what} must be an integer from 0 to ${max}`);
    return whole + 0;
  };

  // Visits a sequence. An array goes by index: its iterator is the script's to replace.
  const visit = (sequence, visitor, what) => {
    if (!isObject(sequence)) throw new TypeError(`${what} must be a sequence`);
    if (ArrayIsArray(sequence)) {
      for (let i = 0; i < sequence.length; i++) visitor(sequence[i]);
      return;
    }
    const method = sequence[SymbolIterator];
    if (typeof method !== "function") throw new TypeError(`${what} must be a sequence`);
    const iterator = ReflectApply(method, sequence, []);
    const { next } = iterator;
    for (;;) {
      const step = ReflectApply(next, iterator, []);
      if (!isObject(step)) throw new TypeError(`${what} must be a sequence`);
      if (step.done) return;
      visitor(step.value);
    }
  };

  // array.push, without the setters that a script may have put on Array.prototype.
  const append = (array, value) => {
    ObjectDefineProperty(array, array.length, {
      __proto__: null, value, writable: true, enumerable: true, configurable: true,
    });
  };

  // An ASCII text in upper case; undefined if it is not ASCII, some of which has ASCII upper case.
  const upper = (text) => {
    for (let i = 0; i < text.length; i++) {
      if (StringPrototypeCharCodeAt(text, i) > 127) return undefined;
    }
    return StringPrototypeToUpperCase(text);
  };

  // ---- text: base64url without padding (RFC 4648 section 5) and UTF-8

  const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const HEX = "0123456789ABCDEF";
  const NOT_A_DIGIT = 255;
  const digits = new Uint8Array(128);
  for (let i = 0; i < 128; i++) digits[i] = NOT_A_DIGIT;
  for (let i = 0; i < 64; i++) digits[StringPrototypeCharCodeAt(ALPHABET, i)] = i;

  const base64urlOf = (bytes) => {
    let text = "";
    let bits = 0;
    let count = 0;
    for (let i = 0; i < lengthOf(bytes); i++) {
      bits = ((bits << 8) | bytes[i]) & 0xffff;
      for (count += 8; count >= 6; count -= 6) text += ALPHABET[(bits >> (count - 6)) & 63];
    }
    return count === 0 ? text : text + ALPHABET[(bits << (6 - count)) & 63];
  };

  const base64urlBytes = (text, what) => {
    const bytes = new Uint8Array((text.length - (text.length % 4)) / 4 * 3 + [0, 0, 1, 2][text.length % 4]);
    let at = 0;
    let bits = 0;
    let count = 0;
    for (let i = 0; i < text.length; i++) {
      const code = StringPrototypeCharCodeAt(text, i);
      const digit = code < 128 ? digits[code] : NOT_A_DIGIT;
      if (digit === NOT_A_DIGIT) fail("DataError", `${what} must be base64url without padding`);
      bits = ((bits << 6) | digit) & 0xffff;
      count += 6;
      if (count >= 8) {
        count -= 8;
        bytes[at++] = bits >> count;
      }
    }
    if (text.length % 4 === 1) fail("DataError", `${what} must be base64url without padding`);
    return bytes;
  };

  const asciiBytes = (text) => {
    const bytes = new Uint8Array(text.length);
    for (let i = 0; i < text.length; i++) bytes[i] = StringPrototypeCharCodeAt(text, i);
    return bytes;
  };

  const utf8Text = (bytes) => {
    if (lengthOf(bytes) > JWK_BYTES_MAX) fail("DataError", `a JSON Web Key is at most ${JWK_BYTES_MAX} bytes long`);
    let escaped = "";
    for (let i = 0; i < lengthOf(bytes); i++) escaped += `%${HEX[bytes[i] >> 4]}${HEX[bytes[i] & 15]}`;
    try {
      return decodeURIComponent(escaped);
    } catch {
      return fail("DataError", "a JSON Web Key is UTF-8 text");
    }
  };

  // ---- hash functions

  const hashNames = {
    __proto__: null, "SHA-1": "SHA-1", "SHA-256": "SHA-256", "SHA-384": "SHA-384", "SHA-512": "SHA-512",
  };

  // The name of a HashAlgorithmIdentifier: a text, or an object with one.
  const hashOf = (identifier, what) => {
    const name = `${isObject(identifier) ? present(identifier.name, `${what}.name`) : present(identifier, what)}`;
    const known = upper(name);
    const hash = known === undefined ? undefined : hashNames[known];
    if (hash === undefined) {
      fail("NotSupportedError", `${what}: "${name}" is not supported; the hash functions are SHA-1, SHA-256, SHA-384, SHA-512`);
    }
    return hash;
  };

  // For the crypto scripts that follow; the last of them takes it away.
  __bootstrap.crypto = {
    __proto__: null, append, asciiBytes, base64urlBytes, base64urlOf, bufferOf, bytesOf, call, callForBytes, concat, copyOf,
    fail, hashOf, integerOf, isBufferSource, isObject, lengthOf, placeOf, present, slice, upper, utf8Text, visit,
  };
})();
