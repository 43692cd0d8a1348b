// node:crypto, as far as hashes go: the rest is `webcrypto`. What is hashed is collected and hashed at the end.
(function () {
const { core } = __bootstrap;
const { op_crypto_digest, op_crypto_hmac_sign } = core.ops;
const webcrypto = __bootstrap.internals.platform.crypto;
const { Buffer } = core.loadExtScript("ext:mcp_node/buffer.js");

const NAMES = { __proto__: null, sha1: "SHA-1", sha256: "SHA-256", sha384: "SHA-384", sha512: "SHA-512" };
const nameOf = (algorithm) => {
  const name = NAMES[`${algorithm}`.toLowerCase().replace("-", "")];
  if (name !== undefined) return name;
  const error = new Error(`Digest method not supported: ${algorithm}; there are ${getHashes().join(", ")}`);
  error.code = "ERR_CRYPTO_INVALID_DIGEST";
  throw error;
};
const getHashes = () => Object.keys(NAMES);
const bytesOf = (data, encoding) => {
  if (typeof data === "string") return new Uint8Array(Buffer.from(data, encoding));
  if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice();
  if (data instanceof ArrayBuffer) return new Uint8Array(data.slice());
  const error = new TypeError('The "data" argument must be a string or bytes');
  error.code = "ERR_INVALID_ARG_TYPE";
  throw error;
};
const answer = (bytes, encoding) => {
  const buffer = Buffer.from(bytes);
  return encoding === undefined || encoding === "buffer" ? buffer : buffer.toString(encoding);
};

class Hash {
  #finish;
  #pieces = [];
  constructor(finish) {
    this.#finish = finish;
  }
  update(data, encoding) {
    if (this.#pieces === undefined) throw over();
    this.#pieces.push(bytesOf(data, encoding));
    return this;
  }
  digest(encoding) {
    if (this.#pieces === undefined) throw over();
    const whole = new Uint8Array(Buffer.concat(this.#pieces));
    this.#pieces = undefined;
    return answer(this.#finish(whole), encoding);
  }
  copy() {
    if (this.#pieces === undefined) throw over();
    const copy = new Hash(this.#finish);
    copy.#pieces = [...this.#pieces];
    return copy;
  }
}
const over = () => Object.assign(new Error("Digest already called"), { code: "ERR_CRYPTO_HASH_FINALIZED" });
const createHash = (algorithm) => {
  const name = nameOf(algorithm);
  return new Hash((bytes) => op_crypto_digest(name, bytes));
};
const createHmac = (algorithm, key) => {
  const name = nameOf(algorithm);
  const secret = bytesOf(key);
  return new Hash((bytes) => op_crypto_hmac_sign(name, secret, bytes));
};
const hash = (algorithm, data, encoding = "hex") => createHash(algorithm).update(data).digest(encoding);
const randomBytes = (size, callback) => {
  const bytes = Buffer.alloc(size);
  for (let at = 0; at < size; at += 65536) webcrypto.getRandomValues(bytes.subarray(at, at + 65536));
  if (callback === undefined) return bytes;
  queueMicrotask(() => callback(null, bytes));
};
// Of the numbers below 2^48, those above the last whole multiple of the range are thrown away.
const randomInt = (min, max) => {
  if (max === undefined) [min, max] = [0, min];
  const range = max - min;
  if (!Number.isSafeInteger(min) || !Number.isSafeInteger(max) || range <= 0 || range >= 2 ** 48) {
    throw new RangeError("randomInt: the range must be of safe integers, not empty, and below 2^48");
  }
  const limit = 2 ** 48 - 2 ** 48 % range;
  for (;;) {
    const value = randomBytes(6).readUIntBE(0, 6);
    if (value < limit) return min + value % range;
  }
};
const timingSafeEqual = (a, b) => {
  const [left, right] = [bytesOf(a), bytesOf(b)];
  if (left.length !== right.length) {
    throw Object.assign(new RangeError("Input buffers must have the same byte length"), {
      code: "ERR_CRYPTO_TIMING_SAFE_EQUAL_LENGTH",
    });
  }
  let different = 0;
  for (let i = 0; i < left.length; i++) different |= left[i] ^ right[i];
  return different === 0;
};
const randomUUID = () => webcrypto.randomUUID();
const getRandomValues = (array) => webcrypto.getRandomValues(array);
const { subtle } = webcrypto;

const exported = {
  Hash, createHash, createHmac, getHashes, getRandomValues, hash, randomBytes, randomInt, randomUUID, subtle,
  timingSafeEqual, webcrypto,
};
return { default: exported, ...exported };
})();
