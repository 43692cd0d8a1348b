// AES-GCM. Known answers: McGrew and Viega, "The Galois/Counter Mode of Operation (GCM)", test cases 1, 4, 10 and 16
// (the ones NIST SP 800-38D validation uses).
const hex = (buffer) => [...new Uint8Array(buffer)].map((b) => b.toString(16).padStart(2, "0")).join("");
const unhex = (s) => new Uint8Array((s.match(/../g) ?? []).map((b) => parseInt(b, 16)));
const refused = async (f) => {
  try {
    return `no error: ${await f()}`;
  } catch (e) {
    return `${e.name}: ${e.message}`;
  }
};
const { subtle } = crypto;

const iv = unhex("cafebabefacedbaddecaf888");
const additionalData = unhex("feedfacedeadbeeffeedfacedeadbeefabaddad2");
const plain = unhex(
  "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
);
const half = "feffe9928665731c6d6a8f9467308308";
const usages = ["encrypt", "decrypt"];

const zero = await subtle.importKey("raw", new Uint8Array(16), "AES-GCM", false, usages);
console.log("case 1", hex(await subtle.encrypt({ name: "AES-GCM", iv: new Uint8Array(12) }, zero, new ArrayBuffer(0))));
for (const [name, bytes] of [["case 4", half], ["case 10", half + half.slice(0, 16)], ["case 16", half + half]]) {
  const key = await subtle.importKey("raw", unhex(bytes), "AES-GCM", true, usages);
  const sealed = await subtle.encrypt({ name: "aes-gcm", iv, additionalData, tagLength: 128 }, key, plain);
  console.log(name, key.algorithm.length, hex(sealed));
  const opened = await subtle.decrypt({ name: "AES-GCM", iv: iv.buffer, additionalData }, key, sealed);
  console.log("opens", hex(opened) === hex(plain), sealed.byteLength - opened.byteLength);
  const jwk = await subtle.exportKey("jwk", key);
  const again = await subtle.importKey("jwk", jwk, "AES-GCM", false, ["decrypt"]);
  console.log(jwk.alg, jwk.k, hex(await subtle.decrypt({ name: "AES-GCM", iv, additionalData }, again, sealed)) === hex(plain));
}

const key = await subtle.generateKey({ name: "AES-GCM", length: 256 }, true, usages);
console.log(key.type, JSON.stringify(key.algorithm), (await subtle.exportKey("raw", key)).byteLength, key.usages.join());
const big = new Uint8Array(3_000_001).map((_, i) => i);
const bigSealed = await subtle.encrypt({ name: "AES-GCM", iv }, key, big);
console.log("3 MB", hex(await subtle.digest("SHA-256", await subtle.decrypt({ name: "AES-GCM", iv }, key, bigSealed))) === hex(await subtle.digest("SHA-256", big)));

const sealed = new Uint8Array(await subtle.encrypt({ name: "AES-GCM", iv, additionalData }, key, plain));
const open = (change, data) => refused(() => subtle.decrypt({ name: "AES-GCM", iv, additionalData, ...change }, key, data));
console.log(await open({}, sealed.with(0, sealed[0] ^ 1)));
console.log(await open({}, sealed.with(75, sealed[75] ^ 1)));
console.log(await open({}, sealed.subarray(0, 60)));
console.log(await open({}, sealed.subarray(0, 15)));
console.log(await open({}, new Uint8Array(0)));
console.log(await open({ additionalData: undefined }, sealed));
console.log(await open({ iv: iv.with(0, 0) }, sealed));
console.log(await refused(() => subtle.decrypt({ name: "AES-GCM", iv, additionalData }, zero, sealed)));
for (const length of [0, 8, 11, 13, 16]) console.log(length, await open({ iv: new Uint8Array(length) }, sealed));
for (const tagLength of [96, 127, 0, 256, NaN]) console.log(tagLength, await open({ tagLength }, sealed));
console.log(await open({ iv: undefined }, sealed));
console.log(await open({ iv: "cafebabefaced" }, sealed));
console.log(await open({ additionalData: null }, sealed));

const decryptOnly = await subtle.importKey("raw", unhex(half), { name: "AES-GCM" }, false, ["decrypt"]);
console.log(await refused(() => subtle.encrypt({ name: "AES-GCM", iv }, decryptOnly, plain)));
console.log(await refused(() => subtle.exportKey("jwk", decryptOnly)));
console.log(await refused(() => subtle.encrypt("AES-GCM", key, plain)));
console.log(await refused(() => subtle.encrypt({ name: "AES-CBC", iv: new Uint8Array(16) }, key, plain)));
console.log(await refused(() => subtle.encrypt({ name: "RSA-OAEP" }, key, plain)));
console.log(await refused(() => subtle.importKey("raw", new Uint8Array(15), "AES-GCM", false, usages)));
console.log(await refused(() => subtle.importKey("raw", new Uint8Array(0), "AES-GCM", false, usages)));
console.log(await refused(() => subtle.importKey("raw", new Uint8Array(16), "AES-GCM", false, ["sign"])));
console.log(await refused(() => subtle.importKey("jwk", { kty: "oct", k: "AAAA" }, "AES-GCM", false, usages)));
console.log(await refused(() => subtle.importKey("jwk", { kty: "oct", k: "A".repeat(22), alg: "A256GCM" }, "AES-GCM", false, usages)));
console.log(await refused(() => subtle.importKey("jwk", { kty: "oct", k: "A".repeat(22), use: "sig" }, "AES-GCM", false, usages)));
console.log(await refused(() => subtle.generateKey({ name: "AES-GCM", length: 64 }, true, usages)));
console.log(await refused(() => subtle.generateKey({ name: "AES-GCM", length: 65536 }, true, usages)));
console.log(await refused(() => subtle.generateKey("AES-GCM", true, usages)));
