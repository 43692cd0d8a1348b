// The algorithms: which parameters each reads, which usages it has, and how its operations map to ops. Not the methods
// of SubtleCrypto, which are subtle.js. Third of the crypto scripts.
//
// An algorithm: name; reads, a table from operation to the function that reads its parameters (an absent operation is
// not supported); and a function for each of its operations. Keys reach it as their slots, checked by the caller.
"use strict";
(() => {
  const { __bootstrap } = globalThis;
  const values = __bootstrap.crypto;
  const {
    USAGES, base64urlOf, bufferOf, bytesOf, call, callForBytes, checkJwk, concat, copyOf, fail, hashOf, integerOf,
    isObject, jwkBytes, lengthOf, limitUsages, makeJwk, makeKey, present, slice, someUsage, upper,
  } = values;
  const {
    op_crypto_aes_gcm_open, op_crypto_aes_gcm_seal, op_crypto_ecdsa_sign, op_crypto_ecdsa_verify,
    op_crypto_ed25519_sign, op_crypto_ed25519_verify, op_crypto_hkdf, op_crypto_hmac_sign, op_crypto_hmac_verify,
    op_crypto_pair_check, op_crypto_pair_from_pkcs8, op_crypto_pair_generate, op_crypto_pair_to_pkcs8, op_crypto_pbkdf2,
    op_crypto_public_check, op_crypto_public_from_spki, op_crypto_public_to_spki, op_crypto_random,
  } = globalThis.Deno.core.ops;
  const { ObjectFreeze, TypeError, Uint8Array } = __bootstrap.primordials;

  // Longest key that is generated: what the random op gives at once.
  const RANDOM_BYTES_MAX = 65_536;

  // unsigned short, unsigned long
  const U16 = 65_535;
  const U32 = 4_294_967_295;

  const notSupported = (message) => fail("NotSupportedError", message);
  const badFormat = (name, formats) => notSupported(`${name} keys have the formats ${formats}`);

  // Key algorithms of ours are shared by keys, never shown to a script, and without prototype.
  const described = (name, hash, length, namedCurve) =>
    ObjectFreeze({ __proto__: null, name, hash, length, namedCurve });

  const nothing = () => ({ __proto__: null });
  const hashParameter = (given) => ({ __proto__: null, hash: hashOf(given.hash, "algorithm.hash") });

  const wholeBytes = (length, what) => {
    if (length % 8 !== 0) notSupported(`${what} must be a multiple of 8 bits`);
    return length / 8;
  };

  const randomKey = (bytes) => {
    if (bytes > RANDOM_BYTES_MAX) fail("OperationError", `a generated key has at most ${RANDOM_BYTES_MAX} bytes`);
    const key = new Uint8Array(bytes);
    call(op_crypto_random, key);
    return key;
  };

  const secretJwk = (key, alg) => makeJwk(key, { __proto__: null, alg, k: base64urlOf(key.data), kty: "oct" });

  // ---- HMAC

  const HMAC_USAGES = USAGES.sign | USAGES.verify;
  const HMAC_JWA = { __proto__: null, "SHA-1": "HS1", "SHA-256": "HS256", "SHA-384": "HS384", "SHA-512": "HS512" };
  const HMAC_BITS = { __proto__: null, "SHA-1": 512, "SHA-256": 512, "SHA-384": 1024, "SHA-512": 1024 };

  const hmacParameters = (given) => {
    const hash = hashOf(given.hash, "algorithm.hash");
    const { length } = given;
    return { __proto__: null, hash, length: length === undefined ? undefined : integerOf(length, U32, "algorithm.length") };
  };

  const hmac = {
    __proto__: null,
    name: "HMAC",
    reads: {
      __proto__: null, sign: nothing, verify: nothing, generateKey: hmacParameters, importKey: hmacParameters,
      exportKey: nothing, getKeyLength: hmacParameters,
    },
    generateKey({ hash, length = HMAC_BITS[hash] }, extractable, usages) {
      limitUsages(usages, HMAC_USAGES, "an HMAC key");
      if (length === 0) fail("OperationError", "an HMAC key has at least 8 bits");
      const data = randomKey(wholeBytes(length, "the length of an HMAC key"));
      someUsage(usages, "an HMAC key");
      return makeKey("secret", described("HMAC", hash, length), extractable, usages, data);
    },
    importKey(format, input, { hash, length }, extractable, usages) {
      limitUsages(usages, HMAC_USAGES, "an HMAC key");
      if (format !== "raw" && format !== "jwk") badFormat("HMAC", "raw and jwk");
      let data = input;
      if (format === "jwk") {
        checkJwk(input, "oct", "sig", extractable, usages);
        data = jwkBytes(input, "k");
        if (input.alg !== undefined && input.alg !== HMAC_JWA[hash]) {
          fail("DataError", `the "alg" of this JSON Web Key must be "${HMAC_JWA[hash]}"`);
        }
      }
      const size = lengthOf(data) * 8;
      if (size === 0) fail("DataError", "an HMAC key has at least 8 bits");
      if (length !== undefined && (length > size || length <= size - 8)) {
        fail("DataError", `algorithm.length is ${length}, but the key has ${size} bits`);
      }
      if (length !== undefined) wholeBytes(length, "the length of an HMAC key");
      return makeKey("secret", described("HMAC", hash, size), extractable, usages, data);
    },
    exportKey(format, key) {
      if (format === "raw") return key.data;
      if (format === "jwk") return secretJwk(key, HMAC_JWA[key.algorithm.hash]);
      return badFormat("HMAC", "raw and jwk");
    },
    getKeyLength({ hash, length = HMAC_BITS[hash] }) {
      if (length === 0) throw new TypeError("an HMAC key has at least 8 bits");
      return length;
    },
    sign: (_, key, data) => callForBytes(op_crypto_hmac_sign, key.algorithm.hash, key.data, data),
    verify: (_, key, signature, data) => call(op_crypto_hmac_verify, key.algorithm.hash, key.data, signature, data),
  };

  // ---- AES-GCM

  const AES_USAGES = USAGES.encrypt | USAGES.decrypt | USAGES.wrapKey | USAGES.unwrapKey;
  const AES_JWA = { __proto__: null, 128: "A128GCM", 192: "A192GCM", 256: "A256GCM" };
  const TAG_BYTES = 16;
  const SHORT_TAGS = { __proto__: null, 32: true, 64: true, 96: true, 104: true, 112: true, 120: true };

  const gcmParameters = (given) => {
    const { additionalData } = given;
    const extra = additionalData === undefined ? new Uint8Array(0) : bytesOf(additionalData, "algorithm.additionalData");
    const iv = bytesOf(present(given.iv, "algorithm.iv"), "algorithm.iv");
    const { tagLength } = given;
    const tag = tagLength === undefined ? TAG_BYTES * 8 : integerOf(tagLength, 255, "algorithm.tagLength");
    if (SHORT_TAGS[tag]) notSupported("AES-GCM: a tagLength of 128 is supported");
    if (tag !== TAG_BYTES * 8) fail("OperationError", `AES-GCM has no tagLength of ${tag}`);
    return { __proto__: null, additionalData: extra, iv };
  };

  const aesLength = (given) => ({ __proto__: null, length: integerOf(given.length, U16, "algorithm.length") });
  const checkedAesLength = (length, error) => {
    if (AES_JWA[length] === undefined) fail(error, `an AES key has 128, 192 or 256 bits, not ${length}`);
    return length;
  };

  const aesGcm = {
    __proto__: null,
    name: "AES-GCM",
    reads: {
      __proto__: null, encrypt: gcmParameters, decrypt: gcmParameters, wrapKey: gcmParameters, unwrapKey: gcmParameters,
      generateKey: aesLength, importKey: nothing, exportKey: nothing, getKeyLength: aesLength,
    },
    generateKey({ length }, extractable, usages) {
      limitUsages(usages, AES_USAGES, "an AES-GCM key");
      const data = randomKey(checkedAesLength(length, "OperationError") / 8);
      someUsage(usages, "an AES-GCM key");
      return makeKey("secret", described("AES-GCM", undefined, length), extractable, usages, data);
    },
    importKey(format, input, _, extractable, usages) {
      limitUsages(usages, AES_USAGES, "an AES-GCM key");
      if (format !== "raw" && format !== "jwk") badFormat("AES-GCM", "raw and jwk");
      let data = input;
      if (format === "jwk") {
        checkJwk(input, "oct", "enc", extractable, usages);
        data = jwkBytes(input, "k");
      }
      const length = checkedAesLength(lengthOf(data) * 8, "DataError");
      if (format === "jwk" && input.alg !== undefined && input.alg !== AES_JWA[length]) {
        fail("DataError", `the "alg" of this JSON Web Key must be "${AES_JWA[length]}"`);
      }
      return makeKey("secret", described("AES-GCM", undefined, length), extractable, usages, data);
    },
    exportKey(format, key) {
      if (format === "raw") return key.data;
      if (format === "jwk") return secretJwk(key, AES_JWA[key.algorithm.length]);
      return badFormat("AES-GCM", "raw and jwk");
    },
    getKeyLength: ({ length }) => checkedAesLength(length, "OperationError"),
    encrypt({ additionalData, iv }, key, data) {
      const sealed = copyOf(bufferOf(data), 0, lengthOf(data), TAG_BYTES);
      call(op_crypto_aes_gcm_seal, key.data, iv, additionalData, sealed);
      return sealed;
    },
    decrypt({ additionalData, iv }, key, data) {
      call(op_crypto_aes_gcm_open, key.data, iv, additionalData, data);
      return slice(data, 0, lengthOf(data) - TAG_BYTES);
    },
  };

  // ---- HKDF and PBKDF2

  const deriving = (name, deriveBits, parameters) => ({
    __proto__: null,
    name,
    reads: { __proto__: null, deriveBits: parameters, importKey: nothing, getKeyLength: nothing },
    importKey(format, input, _, extractable, usages) {
      if (format !== "raw") badFormat(name, "raw");
      limitUsages(usages, USAGES.deriveKey | USAGES.deriveBits, `a key for ${name}`);
      if (extractable) fail("SyntaxError", `a key for ${name} cannot be extractable`);
      return makeKey("secret", described(name), false, usages, input);
    },
    getKeyLength: () => null,
    deriveBits(parameters, key, length) {
      if (length === null || length % 8 !== 0) fail("OperationError", "length must be a multiple of 8 bits");
      return deriveBits(parameters, key, length / 8);
    },
  });

  const hkdf = deriving(
    "HKDF",
    ({ hash, info, salt }, key, bytes) => callForBytes(op_crypto_hkdf, hash, key.data, salt, info, bytes),
    (given) => ({
      __proto__: null, hash: hashOf(given.hash, "algorithm.hash"),
      info: bytesOf(present(given.info, "algorithm.info"), "algorithm.info"),
      salt: bytesOf(present(given.salt, "algorithm.salt"), "algorithm.salt"),
    }),
  );

  const pbkdf2 = deriving(
    "PBKDF2",
    ({ hash, iterations, salt }, key, bytes) => callForBytes(op_crypto_pbkdf2, hash, key.data, salt, iterations, bytes),
    (given) => ({
      __proto__: null, hash: hashOf(given.hash, "algorithm.hash"),
      iterations: integerOf(given.iterations, U32, "algorithm.iterations"),
      salt: bytesOf(present(given.salt, "algorithm.salt"), "algorithm.salt"),
    }),
  );

  // ---- ECDSA and Ed25519. The data of a private key is its private part with its public key behind it.

  const EC = {
    __proto__: null, "P-256": { __proto__: null, bytes: 32, alg: "ES256" }, "P-384": { __proto__: null, bytes: 48, alg: "ES384" },
  };
  const ED25519_BYTES = 32;
  const UNCOMPRESSED = new Uint8Array(1);
  UNCOMPRESSED[0] = 4;

  const curveParameter = (given) => {
    const namedCurve = `${present(given.namedCurve, "algorithm.namedCurve")}`;
    if (EC[namedCurve] === undefined) notSupported(`the curve "${namedCurve}" is not supported; the curves are P-256, P-384`);
    return { __proto__: null, namedCurve };
  };

  const ofType = (key, type, operation) => {
    if (key.type !== type) fail("InvalidAccessError", `${operation} takes a ${type} key; this one is ${key.type}`);
    return key.data;
  };

  // The key operations of an algorithm with key pairs, from its parts: curve(parameters), the curve's name;
  // secretBytes(curve), the length of a private part; fromJwk(curve, jwk) and toJwk(curve, public key).
  const paired = (name, kty, parts) => ({
    __proto__: null,
    name,
    generateKey(parameters, extractable, usages) {
      limitUsages(usages, USAGES.sign | USAGES.verify, `${name} keys`);
      someUsage(usages & USAGES.sign, `the private ${name} key`);
      const curve = parts.curve(parameters);
      const algorithm = described(name, undefined, undefined, parameters.namedCurve);
      const pair = callForBytes(op_crypto_pair_generate, curve);
      const publicPart = slice(pair, parts.secretBytes(curve), lengthOf(pair));
      return {
        privateKey: makeKey("private", algorithm, extractable, usages & USAGES.sign, pair),
        publicKey: makeKey("public", algorithm, true, usages & USAGES.verify, publicPart),
      };
    },
    importKey(format, input, parameters, extractable, usages) {
      const type = format === "pkcs8" || (format === "jwk" && input.d !== undefined) ? "private" : "public";
      limitUsages(usages, type === "private" ? USAGES.sign : USAGES.verify, `a ${type} ${name} key`);
      const curve = parts.curve(parameters);
      let data = input;
      if (format === "jwk") {
        checkJwk(input, kty, "sig", extractable, usages);
        data = parts.fromJwk(curve, input);
      }
      if (format === "spki") data = callForBytes(op_crypto_public_from_spki, curve, input);
      else if (format === "pkcs8") data = callForBytes(op_crypto_pair_from_pkcs8, curve, input);
      else call(type === "private" ? op_crypto_pair_check : op_crypto_public_check, curve, data);
      return makeKey(type, described(name, undefined, undefined, parameters.namedCurve), extractable, usages, data);
    },
    exportKey(format, key) {
      const curve = parts.curve(key.algorithm);
      if (format === "jwk") {
        const secret = key.type === "private" ? parts.secretBytes(curve) : 0;
        const d = secret === 0 ? undefined : base64urlOf(slice(key.data, 0, secret));
        const publicPart = slice(key.data, secret, lengthOf(key.data));
        return makeJwk(key, { __proto__: null, ...parts.toJwk(curve, publicPart), d, kty });
      }
      const data = ofType(key, format === "pkcs8" ? "private" : "public", `the format ${format}`);
      if (format === "raw") return data;
      return callForBytes(format === "pkcs8" ? op_crypto_pair_to_pkcs8 : op_crypto_public_to_spki, curve, data);
    },
  });

  const checkCurve = (jwk, curve, alg) => {
    if (jwk.crv !== curve) fail("DataError", `the "crv" of this JSON Web Key must be "${curve}"`);
    if (jwk.alg !== undefined && jwk.alg !== alg) fail("DataError", `the "alg" of this JSON Web Key must be "${alg}"`);
  };

  const ecdsa = {
    __proto__: null,
    ...paired("ECDSA", "EC", {
      __proto__: null,
      curve: ({ namedCurve }) => namedCurve,
      secretBytes: (curve) => EC[curve].bytes,
      fromJwk(curve, jwk) {
        const { bytes, alg } = EC[curve];
        checkCurve(jwk, curve, alg);
        const point = concat(concat(UNCOMPRESSED, jwkBytes(jwk, "x", bytes)), jwkBytes(jwk, "y", bytes));
        return jwk.d === undefined ? point : concat(jwkBytes(jwk, "d", bytes), point);
      },
      toJwk(curve, point) {
        const { bytes } = EC[curve];
        const x = base64urlOf(slice(point, 1, 1 + bytes));
        return { __proto__: null, crv: curve, x, y: base64urlOf(slice(point, 1 + bytes, 1 + 2 * bytes)) };
      },
    }),
    reads: {
      __proto__: null, sign: hashParameter, verify: hashParameter, generateKey: curveParameter, importKey: curveParameter,
      exportKey: nothing,
    },
    sign({ hash }, key, data) {
      const pair = ofType(key, "private", "sign");
      return callForBytes(op_crypto_ecdsa_sign, key.algorithm.namedCurve, hash, pair, data);
    },
    verify({ hash }, key, signature, data) {
      const point = ofType(key, "public", "verify");
      return call(op_crypto_ecdsa_verify, key.algorithm.namedCurve, hash, point, signature, data);
    },
  };

  const ed25519 = {
    __proto__: null,
    ...paired("Ed25519", "OKP", {
      __proto__: null,
      curve: () => "Ed25519",
      secretBytes: () => ED25519_BYTES,
      fromJwk(curve, jwk) {
        checkCurve(jwk, curve, jwk.alg === "EdDSA" ? "EdDSA" : "Ed25519");
        const x = jwkBytes(jwk, "x", ED25519_BYTES);
        return jwk.d === undefined ? x : concat(jwkBytes(jwk, "d", ED25519_BYTES), x);
      },
      toJwk: (curve, x) => ({ __proto__: null, alg: "Ed25519", crv: curve, x: base64urlOf(x) }),
    }),
    reads: {
      __proto__: null, sign: nothing, verify: nothing, generateKey: nothing, importKey: nothing, exportKey: nothing,
    },
    sign: (_, key, data) => callForBytes(op_crypto_ed25519_sign, ofType(key, "private", "sign"), data),
    verify: (_, key, signature, data) => call(op_crypto_ed25519_verify, ofType(key, "public", "verify"), signature, data),
  };

  // ---- the registry

  const ALL = [hmac, aesGcm, hkdf, pbkdf2, ecdsa, ed25519];
  const table = { __proto__: null };
  for (let i = 0; i < ALL.length; i++) table[upper(ALL[i].name)] = ALL[i];

  const namesFor = (operation) => {
    let text = "";
    for (let i = 0; i < ALL.length; i++) {
      if (ALL[i].reads[operation] !== undefined) text += text === "" ? ALL[i].name : `, ${ALL[i].name}`;
    }
    return text;
  };

  // An AlgorithmIdentifier for an operation: the algorithm and its parameters, each read once
  // (https://w3c.github.io/webcrypto/#algorithm-normalization).
  const normalize = (identifier, operation) => {
    const given = isObject(identifier) ? identifier : { __proto__: null, name: identifier };
    const name = `${present(given.name, "algorithm.name")}`;
    const known = upper(name);
    const algorithm = known === undefined ? undefined : table[known];
    if (algorithm?.reads[operation] === undefined) {
      const what = operation === "getKeyLength" ? "a derived key" : operation;
      notSupported(`${what}: "${name}" is not supported; the algorithms are ${namesFor(operation)}`);
    }
    return { __proto__: null, algorithm, parameters: algorithm.reads[operation](given) };
  };

  // The algorithm a key was made for.
  const algorithmOf = (key) => table[upper(key.algorithm.name)];

  __bootstrap.crypto = { __proto__: null, ...values, algorithmOf, normalize };
})();
