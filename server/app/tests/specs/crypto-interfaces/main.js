// Crypto, SubtleCrypto and CryptoKey as Web IDL shapes interfaces (Web Cryptography API sections 10, 13 and 14).
const thrown = (f) => {
  try {
    return `no error: ${String(f())}`;
  } catch (e) {
    return e.name;
  }
};
const { subtle } = crypto;
const key = await subtle.generateKey({ name: "HMAC", hash: "SHA-256" }, false, ["verify", "sign"]);

for (const name of ["Crypto", "SubtleCrypto", "CryptoKey", "crypto"]) {
  console.log(name, Object.prototype.propertyIsEnumerable.call(globalThis, name), typeof globalThis[name]);
}
for (const Interface of [Crypto, SubtleCrypto, CryptoKey]) {
  console.log(Interface.name, Interface.length, thrown(() => new Interface()), thrown(() => Interface()), thrown(() => new (class extends Interface {})()));
  console.log(thrown(() => new Interface({}, { type: "secret", data: new Uint8Array(1) })), thrown(() => Reflect.construct(Interface, [], Object)));
  console.log(Object.keys(Interface.prototype).join());
}
console.log([crypto, subtle, key].map((one) => Object.prototype.toString.call(one)).join());
console.log([crypto, subtle, key].map((one) => Reflect.ownKeys(one).length).join());
console.log(crypto instanceof Crypto, subtle instanceof SubtleCrypto, key instanceof CryptoKey, crypto.subtle === subtle);
for (const name of Object.keys(SubtleCrypto.prototype)) console.log(name, SubtleCrypto.prototype[name].length);

// Attributes: the same objects each time, which the script may change without changing the key.
console.log(key.type, key.extractable, JSON.stringify(key.algorithm), key.usages.join());
console.log(key.algorithm === key.algorithm, key.usages === key.usages, Object.isFrozen(key.algorithm));
key.algorithm.name = "AES-GCM";
key.algorithm.hash.name = "SHA-1";
key.usages.length = 0;
key.usages.push("encrypt");
Reflect.set(key, "type", "public");
Object.defineProperty(key, "extractable", { value: true });
const code = await subtle.sign("HMAC", key, new Uint8Array(1));
console.log(code.byteLength, await subtle.verify("HMAC", key, code, new Uint8Array(1)));
console.log(await subtle.exportKey("raw", key).catch((e) => e.name));

// Brands: other objects are refused, with the prototype or without, and so are proxies.
const forged = Object.create(CryptoKey.prototype);
console.log(thrown(() => forged.type), thrown(() => CryptoKey.prototype.algorithm), thrown(() => Crypto.prototype.subtle));
console.log(thrown(() => crypto.getRandomValues.call({}, new Uint8Array(1))), thrown(() => crypto.randomUUID.call(undefined)));
for (const wrong of [forged, new Proxy(key, {}), { ...key }, {}, null, undefined, "key", Symbol.iterator]) {
  console.log(await subtle.sign("HMAC", wrong, new Uint8Array(1)).catch((e) => e.name));
}
for (const self of [undefined, {}, Object.create(SubtleCrypto.prototype), crypto, new Proxy(subtle, {})]) {
  const promise = SubtleCrypto.prototype.digest.call(self, "SHA-1", new Uint8Array(1));
  console.log(promise instanceof Promise, await promise.catch((e) => e.name));
}

// Too few arguments, or wrong ones, reject and do not throw.
for (const name of Object.keys(SubtleCrypto.prototype)) {
  const results = [];
  for (const args of [[], [1], [null, null], ["raw", key, key, key], [{}, {}, {}, {}, {}, {}, {}], [Symbol(), 1n, () => {}, [], {}, 0, 0]]) {
    const promise = subtle[name](...args);
    results.push(promise instanceof Promise ? await promise.then(() => "no error", (e) => e.name) : "no promise");
  }
  console.log(name, results.join());
}
