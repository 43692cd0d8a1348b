// CryptoKey, the usages of a key, and JSON Web Keys (RFC 7517). Not the algorithms, which are algorithms.js. Second of
// the crypto scripts.
//
// A key is plain data in private fields, nothing native: it can be snapshotted with the heap it lives in.
"use strict";
(() => {
  const { __bootstrap } = globalThis;
  const { core } = globalThis.Deno;
  const { cloning, crypto: values } = __bootstrap;
  const { append, base64urlBytes, fail, isObject, lengthOf, visit } = values;
  const { ObjectDefineProperty, SymbolFor, SymbolToStringTag, TypeError } = __bootstrap.primordials;

  // ---- usages: one bit each, in the order of the KeyUsage enumeration

  const USAGES = {
    __proto__: null, encrypt: 1, decrypt: 2, sign: 4, verify: 8, deriveKey: 16, deriveBits: 32, wrapKey: 64, unwrapKey: 128,
  };
  const NAMES = ["encrypt", "decrypt", "sign", "verify", "deriveKey", "deriveBits", "wrapKey", "unwrapKey"];

  // sequence<KeyUsage>
  const usagesOf = (sequence) => {
    let usages = 0;
    visit(sequence, (item) => {
      const name = `${item}`;
      if (USAGES[name] === undefined) throw new TypeError(`keyUsages: "${name}" is not a key usage`);
      usages |= USAGES[name];
    }, "keyUsages");
    return usages;
  };

  const usageNames = (usages) => {
    const names = [];
    for (let i = 0; i < NAMES.length; i++) {
      if (usages & (1 << i)) append(names, NAMES[i]);
    }
    return names;
  };

  const usageText = (usages) => {
    let text = "";
    for (let i = 0; i < NAMES.length; i++) {
      if (usages & (1 << i)) text += text === "" ? NAMES[i] : `, ${NAMES[i]}`;
    }
    return text === "" ? "none" : text;
  };

  // A key of this kind cannot be used for anything but `allowed`.
  const limitUsages = (usages, allowed, kind) => {
    if ((usages & ~allowed) === 0) return usages;
    return fail("SyntaxError", `usages of ${kind}: ${usageText(allowed)}; not ${usageText(usages & ~allowed)}`);
  };

  // A secret or private key that is good for nothing is a mistake.
  const someUsage = (usages, kind) => {
    if (usages === 0) fail("SyntaxError", `${kind} needs at least one usage`);
  };

  // ---- the key

  const pass = { __proto__: null };
  let slotsOf;

  // An algorithm of ours as the ordinary object that a script reads.
  const shown = ({ name, hash, length, namedCurve }) => {
    const object = { name };
    const define = (key, value) => {
      if (value !== undefined) {
        ObjectDefineProperty(object, key, { __proto__: null, value, writable: true, enumerable: true, configurable: true });
      }
    };
    define("hash", hash === undefined ? undefined : { name: hash });
    define("length", length);
    define("namedCurve", namedCurve);
    return object;
  };

  // https://w3c.github.io/webcrypto/#cryptokey-interface
  class CryptoKey {
    #type;
    #extractable;
    #algorithm;
    #usages;
    #data;
    #shownAlgorithm;
    #shownUsages;

    constructor(given = undefined, slots) {
      if (given !== pass) throw new TypeError("Illegal constructor");
      this.#type = slots.type;
      this.#extractable = slots.extractable;
      this.#algorithm = slots.algorithm;
      this.#usages = slots.usages;
      this.#data = slots.data;
    }

    get type() {
      return this.#type;
    }

    get extractable() {
      return this.#extractable;
    }

    // The script may change this object; the key does not look at it.
    get algorithm() {
      return this.#shownAlgorithm ??= shown(this.#algorithm);
    }

    get usages() {
      return this.#shownUsages ??= usageNames(this.#usages);
    }

    [SymbolFor("Deno.privateCustomInspect")](inspect, options) {
      if (!(#data in this)) return "CryptoKey {}";
      const { type, extractable } = this;
      const seen = { type, extractable, algorithm: shown(this.#algorithm), usages: usageNames(this.#usages) };
      return `CryptoKey ${inspect(seen, options)}`;
    }

    // structuredClone's way to a copy (Web Crypto, section 13.5). The copy is made from what is kept here and not from the
    // answer, which any script may ask for: it says nothing about the key.
    [SymbolFor("Deno.core.hostObject")]() {
      const slots = slotsOf(this, "this");
      if (cloning.kept === undefined) fail("DataCloneError", "a CryptoKey is cloned by structuredClone");
      append(cloning.kept, slots);
      return { __proto__: null, type: "CryptoKey", index: cloning.kept.length - 1 };
    }

    static {
      slotsOf = (value, what) => {
        if (!isObject(value) || !(#data in value)) throw new TypeError(`${what} must be a CryptoKey`);
        return {
          __proto__: null, type: value.#type, extractable: value.#extractable, algorithm: value.#algorithm,
          usages: value.#usages, data: value.#data,
        };
      };
    }
  }
  const enumerable = { __proto__: null, enumerable: true };
  ObjectDefineProperty(CryptoKey.prototype, "type", enumerable);
  ObjectDefineProperty(CryptoKey.prototype, "extractable", enumerable);
  ObjectDefineProperty(CryptoKey.prototype, "algorithm", enumerable);
  ObjectDefineProperty(CryptoKey.prototype, "usages", enumerable);
  ObjectDefineProperty(CryptoKey.prototype, SymbolFor("Deno.privateCustomInspect"), { __proto__: null, enumerable: false });
  ObjectDefineProperty(CryptoKey.prototype, SymbolFor("Deno.core.hostObject"), { __proto__: null, enumerable: false });
  ObjectDefineProperty(CryptoKey.prototype, SymbolToStringTag, { __proto__: null, value: "CryptoKey", configurable: true });

  // type: "secret", "public" or "private"; algorithm: { name, hash?, length?, namedCurve? } without a prototype.
  const makeKey = (type, algorithm, extractable, usages, data) =>
    new CryptoKey(pass, { __proto__: null, type, algorithm, extractable, usages, data });

  core.registerCloneableResource("CryptoKey", ({ index }) => {
    const slots = cloning.kept?.[index];
    if (slots === undefined) fail("DataCloneError", "no CryptoKey is being cloned");
    return new CryptoKey(pass, slots);
  });

  // ---- JSON Web Keys

  const keyOps = (sequence) => {
    if (sequence === undefined) return undefined;
    const seen = { __proto__: null };
    const operations = { __proto__: null, usages: 0, repeated: false };
    visit(sequence, (item) => {
      const name = `${item}`;
      if (seen[name]) operations.repeated = true;
      seen[name] = true;
      operations.usages |= USAGES[name] ?? 0;
    }, "key_ops");
    return operations;
  };

  const text = (value) => value === undefined ? undefined : `${value}`;

  // The JsonWebKey dictionary, read once, in Web IDL's order.
  const jwkOf = (value) => {
    if (!isObject(value)) throw new TypeError("keyData must be a JSON Web Key");
    return {
      __proto__: null, alg: text(value.alg), crv: text(value.crv), d: text(value.d),
      ext: value.ext === undefined ? undefined : !!value.ext, k: text(value.k), key_ops: keyOps(value.key_ops),
      kty: text(value.kty), use: text(value.use), x: text(value.x), y: text(value.y),
    };
  };

  // The checks that are the same for every algorithm.
  const checkJwk = (jwk, kty, use, extractable, usages) => {
    if (jwk.kty !== kty) fail("DataError", `the "kty" of this JSON Web Key must be "${kty}"`);
    if (usages !== 0 && jwk.use !== undefined && jwk.use !== use) {
      fail("DataError", `the "use" of this JSON Web Key must be "${use}"`);
    }
    const operations = jwk.key_ops;
    if (operations?.repeated) fail("DataError", `the "key_ops" of this JSON Web Key repeat themselves`);
    if (operations !== undefined && (operations.usages & usages) !== usages) {
      fail("DataError", `the "key_ops" of this JSON Web Key lack ${usageText(usages & ~operations.usages)}`);
    }
    if (jwk.ext === false && extractable) fail("DataError", "this JSON Web Key is not extractable");
  };

  // The bytes of a member: as many as `length`, or any number but 0.
  const jwkBytes = (jwk, member, length) => {
    if (jwk[member] === undefined) fail("DataError", `this JSON Web Key has no "${member}"`);
    const bytes = base64urlBytes(jwk[member], `the "${member}" of this JSON Web Key`);
    if (length === undefined ? lengthOf(bytes) === 0 : lengthOf(bytes) !== length) {
      fail("DataError", `the "${member}" of this JSON Web Key has ${lengthOf(bytes)} bytes${length ? `, not ${length}` : ""}`);
    }
    return bytes;
  };

  const MEMBERS = ["alg", "crv", "d", "ext", "k", "key_ops", "kty", "x", "y"];

  // A JsonWebKey of these members and of what every key has, in Web IDL's order. No prototype yet.
  const makeJwk = (key, members) => {
    const all = { __proto__: null, ...members, ext: key.extractable, key_ops: usageNames(key.usages) };
    const jwk = { __proto__: null };
    for (let i = 0; i < MEMBERS.length; i++) {
      if (all[MEMBERS[i]] !== undefined) jwk[MEMBERS[i]] = all[MEMBERS[i]];
    }
    return jwk;
  };

  __bootstrap.crypto = {
    __proto__: null, ...values, CryptoKey, USAGES, checkJwk, jwkBytes, jwkOf, limitUsages, makeJwk, makeKey, slotsOf,
    someUsage, usagesOf,
  };
})();
