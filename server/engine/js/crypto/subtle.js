// Crypto and SubtleCrypto (https://w3c.github.io/webcrypto/), and the globals. Last of the crypto scripts.
//
// Every operation is over when its method returns: the promises are resolved already. A method converts each argument
// once and takes its copy of every buffer before anything else of the script's can run.
"use strict";
(() => {
  const { __bootstrap } = globalThis;
  const {
    CryptoKey, USAGES, algorithmOf, asciiBytes, bufferOf, bytesOf, call, callForBytes, fail, hashOf, isBufferSource, jwkOf,
    lengthOf, normalize, placeOf, slice, slotsOf, someUsage, usagesOf, utf8Text,
  } = __bootstrap.crypto;
  const { op_crypto_digest, op_crypto_random, op_crypto_random_uuid } = globalThis.Deno.core.ops;
  const {
    ArrayBufferIsView, JSONParse, JSONStringify, ObjectDefineProperty, ObjectSetPrototypeOf, SymbolToStringTag, TypeError,
    TypedArrayPrototypeGetSymbolToStringTag, TypedArrayPrototypeSet, Uint8Array,
  } = __bootstrap.primordials;

  // Most bytes of one getRandomValues (https://w3c.github.io/webcrypto/#Crypto-method-getRandomValues).
  const RANDOM_BYTES_MAX = 65_536;

  const pass = { __proto__: null };
  let isCrypto;
  let isSubtle;

  const enter = (own, count, needed, method) => {
    if (!own) throw new TypeError("Illegal invocation");
    if (count < needed) throw new TypeError(`${method} needs ${needed} argument${needed === 1 ? "" : "s"} and got ${count}`);
  };

  // ---- steps that several methods share

  const FORMATS = { __proto__: null, raw: "raw", spki: "spki", pkcs8: "pkcs8", jwk: "jwk" };

  const formatOf = (value) => {
    const name = `${value}`;
    if (FORMATS[name] === undefined) throw new TypeError(`format: "${name}" is not one of raw, spki, pkcs8, jwk`);
    return name;
  };

  // The algorithm must be the key's, and the key must be for this.
  const allow = (key, { algorithm }, usage) => {
    if (key.algorithm.name !== algorithm.name) {
      fail("InvalidAccessError", `this key is for ${key.algorithm.name}, not ${algorithm.name}`);
    }
    if ((key.usages & USAGES[usage]) === 0) fail("InvalidAccessError", `the usages of this key lack ${usage}`);
  };

  // Operations from bytes to bytes: the method, the usage and the algorithm's function have one name.
  const transformed = (operation, algorithm, key, data) => {
    const slots = slotsOf(key, "key");
    const bytes = bytesOf(data, "data");
    const normalized = normalize(algorithm, operation);
    allow(slots, normalized, operation);
    return bufferOf(normalized.algorithm[operation](normalized.parameters, slots, bytes));
  };

  const importWith = ({ algorithm, parameters }, format, input, extractable, usages) => {
    const key = algorithm.importKey(format, input, parameters, extractable, usages);
    const { type } = slotsOf(key, "key");
    if (type !== "public") someUsage(usages, `a ${type} key`);
    return key;
  };

  // Bytes, or a JSON Web Key without prototype.
  const exported = (format, key) => {
    const algorithm = algorithmOf(key);
    if (algorithm.exportKey === undefined) fail("NotSupportedError", `keys for ${algorithm.name} cannot be exported`);
    if (!key.extractable) fail("InvalidAccessError", "this key is not extractable");
    return algorithm.exportKey(format, key);
  };

  // Own members only: what Object.prototype has is not in the text.
  const parsedJwk = (bytes) => {
    let parsed;
    const text = utf8Text(bytes);
    try {
      parsed = JSONParse(text);
    } catch {
      parsed = undefined;
    }
    if (typeof parsed !== "object" || parsed === null) fail("DataError", "what was unwrapped is not a JSON Web Key");
    return jwkOf(ObjectSetPrototypeOf(parsed, null));
  };

  const jwkText = (jwk) => {
    ObjectSetPrototypeOf(jwk.key_ops, null);
    return asciiBytes(JSONStringify(jwk));
  };

  const nullableU32 = (value) => value === undefined || value === null ? null : +value >>> 0;

  class SubtleCrypto {
    #brand;

    constructor(given = undefined) {
      if (given !== pass) throw new TypeError("Illegal constructor");
    }

    async encrypt(algorithm, key, data) {
      enter(isSubtle(this), arguments.length, 3, "encrypt");
      return transformed("encrypt", algorithm, key, data);
    }

    async decrypt(algorithm, key, data) {
      enter(isSubtle(this), arguments.length, 3, "decrypt");
      return transformed("decrypt", algorithm, key, data);
    }

    async sign(algorithm, key, data) {
      enter(isSubtle(this), arguments.length, 3, "sign");
      return transformed("sign", algorithm, key, data);
    }

    async verify(algorithm, key, signature, data) {
      enter(isSubtle(this), arguments.length, 4, "verify");
      const slots = slotsOf(key, "key");
      const claimed = bytesOf(signature, "signature");
      const bytes = bytesOf(data, "data");
      const normalized = normalize(algorithm, "verify");
      allow(slots, normalized, "verify");
      return normalized.algorithm.verify(normalized.parameters, slots, claimed, bytes);
    }

    async digest(algorithm, data) {
      enter(isSubtle(this), arguments.length, 2, "digest");
      const bytes = bytesOf(data, "data");
      return bufferOf(callForBytes(op_crypto_digest, hashOf(algorithm, "algorithm"), bytes));
    }

    async generateKey(algorithm, extractable, keyUsages) {
      enter(isSubtle(this), arguments.length, 3, "generateKey");
      const usages = usagesOf(keyUsages);
      const normalized = normalize(algorithm, "generateKey");
      return normalized.algorithm.generateKey(normalized.parameters, !!extractable, usages);
    }

    async deriveKey(algorithm, baseKey, derivedKeyType, extractable, keyUsages) {
      enter(isSubtle(this), arguments.length, 5, "deriveKey");
      const slots = slotsOf(baseKey, "baseKey");
      const usages = usagesOf(keyUsages);
      const normalized = normalize(algorithm, "deriveBits");
      const made = normalize(derivedKeyType, "importKey");
      const measured = normalize(derivedKeyType, "getKeyLength");
      allow(slots, normalized, "deriveKey");
      const length = measured.algorithm.getKeyLength(measured.parameters);
      const secret = normalized.algorithm.deriveBits(normalized.parameters, slots, length);
      return importWith(made, "raw", secret, !!extractable, usages);
    }

    async deriveBits(algorithm, baseKey, length = null) {
      enter(isSubtle(this), arguments.length, 2, "deriveBits");
      const slots = slotsOf(baseKey, "baseKey");
      const bits = nullableU32(length);
      const normalized = normalize(algorithm, "deriveBits");
      allow(slots, normalized, "deriveBits");
      return bufferOf(normalized.algorithm.deriveBits(normalized.parameters, slots, bits));
    }

    async importKey(format, keyData, algorithm, extractable, keyUsages) {
      enter(isSubtle(this), arguments.length, 5, "importKey");
      const wanted = formatOf(format);
      if (wanted === "jwk" && isBufferSource(keyData)) throw new TypeError("keyData must be a JSON Web Key");
      const input = wanted === "jwk" ? jwkOf(keyData) : bytesOf(keyData, "keyData");
      const usages = usagesOf(keyUsages);
      return importWith(normalize(algorithm, "importKey"), wanted, input, !!extractable, usages);
    }

    async exportKey(format, key) {
      enter(isSubtle(this), arguments.length, 2, "exportKey");
      const wanted = formatOf(format);
      const result = exported(wanted, slotsOf(key, "key"));
      return wanted === "jwk" ? { ...result } : bufferOf(slice(result, 0, lengthOf(result)));
    }

    async wrapKey(format, key, wrappingKey, wrapAlgorithm) {
      enter(isSubtle(this), arguments.length, 4, "wrapKey");
      const wanted = formatOf(format);
      const slots = slotsOf(key, "key");
      const wrapping = slotsOf(wrappingKey, "wrappingKey");
      const normalized = normalize(wrapAlgorithm, "wrapKey");
      allow(wrapping, normalized, "wrapKey");
      const result = exported(wanted, slots);
      const bytes = wanted === "jwk" ? jwkText(result) : result;
      return bufferOf(normalized.algorithm.encrypt(normalized.parameters, wrapping, bytes));
    }

    async unwrapKey(format, wrappedKey, unwrappingKey, unwrapAlgorithm, unwrappedKeyAlgorithm, extractable, keyUsages) {
      enter(isSubtle(this), arguments.length, 7, "unwrapKey");
      const wanted = formatOf(format);
      const bytes = bytesOf(wrappedKey, "wrappedKey");
      const unwrapping = slotsOf(unwrappingKey, "unwrappingKey");
      const usages = usagesOf(keyUsages);
      const normalized = normalize(unwrapAlgorithm, "unwrapKey");
      const made = normalize(unwrappedKeyAlgorithm, "importKey");
      allow(unwrapping, normalized, "unwrapKey");
      const plain = normalized.algorithm.decrypt(normalized.parameters, unwrapping, bytes);
      const input = wanted === "jwk" ? parsedJwk(plain) : plain;
      return importWith(made, wanted, input, !!extractable, usages);
    }

    static {
      isSubtle = (value) => typeof value === "object" && value !== null && #brand in value;
    }
  }

  const subtle = new SubtleCrypto(pass);
  const INTEGERS = {
    __proto__: null, Int8Array: true, Uint8Array: true, Uint8ClampedArray: true, Int16Array: true, Uint16Array: true,
    Int32Array: true, Uint32Array: true, BigInt64Array: true, BigUint64Array: true,
  };

  class Crypto {
    #brand;

    constructor(given = undefined) {
      if (given !== pass) throw new TypeError("Illegal constructor");
    }

    get subtle() {
      enter(isCrypto(this), 0, 0, "subtle");
      return subtle;
    }

    getRandomValues(array) {
      enter(isCrypto(this), arguments.length, 1, "getRandomValues");
      const place = ArrayBufferIsView(array) ? placeOf(array) : undefined;
      if (place === undefined) throw new TypeError("array must be a view of an ArrayBuffer (not shared)");
      const kind = TypedArrayPrototypeGetSymbolToStringTag(array);
      if (kind === undefined || !INTEGERS[kind]) fail("TypeMismatchError", "array must be a typed array of integers");
      const { buffer, offset, length } = place;
      if (length > RANDOM_BYTES_MAX) {
        fail("QuotaExceededError", `array has ${length} bytes; one call fills at most ${RANDOM_BYTES_MAX}`);
      }
      if (length === 0) return array;
      const bytes = new Uint8Array(length);
      call(op_crypto_random, bytes);
      TypedArrayPrototypeSet(new Uint8Array(buffer, offset, length), bytes);
      return array;
    }

    randomUUID() {
      enter(isCrypto(this), 0, 0, "randomUUID");
      return call(op_crypto_random_uuid);
    }

    static {
      isCrypto = (value) => typeof value === "object" && value !== null && #brand in value;
    }
  }

  // ---- as Web IDL shapes interfaces: enumerable members, a tag, and globals that are not enumerable

  const interfaces = [
    [SubtleCrypto, "SubtleCrypto", ["encrypt", "decrypt", "sign", "verify", "digest", "generateKey", "deriveKey", "deriveBits",
      "importKey", "exportKey", "wrapKey", "unwrapKey"]],
    [Crypto, "Crypto", ["subtle", "getRandomValues", "randomUUID"]],
  ];
  for (const [{ prototype }, name, members] of interfaces) {
    for (const member of members) ObjectDefineProperty(prototype, member, { __proto__: null, enumerable: true });
    ObjectDefineProperty(prototype, SymbolToStringTag, { __proto__: null, value: name, configurable: true });
  }
  const globals = { __proto__: null, Crypto, CryptoKey, SubtleCrypto, crypto: new Crypto(pass) };
  for (const name in globals) {
    ObjectDefineProperty(globalThis, name, {
      __proto__: null, value: globals[name], writable: true, enumerable: false, configurable: true,
    });
  }
  delete __bootstrap.crypto;
})();
