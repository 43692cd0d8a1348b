// HKDF, PBKDF2, deriveBits and deriveKey. Known answers: RFC 5869 appendix A (cases 1, 2, 3, 4, 7), RFC 6070 section 2
// (PBKDF2 with SHA-1), RFC 7914 section 11 (PBKDF2 with SHA-256).
const hex = (buffer) => [...new Uint8Array(buffer)].map((b) => b.toString(16).padStart(2, "0")).join("");
const unhex = (s) => new Uint8Array((s.match(/../g) ?? []).map((b) => parseInt(b, 16)));
const text = (s) => new TextEncoder().encode(s);
const run = (from, to) => Uint8Array.from({ length: to - from }, (_, i) => from + i);
const refused = async (f) => {
  try {
    return `no error: ${await f()}`;
  } catch (e) {
    return `${e.name}: ${e.message}`;
  }
};
const { subtle } = crypto;
const secret = (name, bytes, usages = ["deriveBits", "deriveKey"]) => subtle.importKey("raw", bytes, name, false, usages);

const nothing = new Uint8Array(0);
for (const [hash, input, salt, info, bytes] of [
  ["SHA-256", unhex("0b".repeat(22)), run(0, 13), run(0xf0, 0xfa), 42],
  ["SHA-256", run(0, 80), run(0x60, 0xb0), run(0xb0, 0x100), 82],
  ["SHA-256", unhex("0b".repeat(22)), nothing, nothing, 42],
  ["SHA-1", unhex("0b".repeat(11)), run(0, 13), run(0xf0, 0xfa), 42],
  ["SHA-1", unhex("0c".repeat(22)), nothing, nothing, 42],
]) {
  console.log("HKDF", hash, hex(await subtle.deriveBits({ name: "HKDF", hash, salt, info }, await secret("HKDF", input), bytes * 8)));
}
for (const hash of ["SHA-384", "SHA-512"]) {
  console.log("HKDF", hash, hex(await subtle.deriveBits({ name: "HKDF", hash, salt: nothing, info: nothing }, await secret("HKDF", text("k")), 256)));
}

for (const [hash, password, salt, iterations, bytes] of [
  ["SHA-1", "password", "salt", 1, 20],
  ["SHA-1", "password", "salt", 2, 20],
  ["SHA-1", "password", "salt", 4096, 20],
  ["SHA-1", "passwordPASSWORDpassword", "saltSALTsaltSALTsaltSALTsaltSALTsalt", 4096, 25],
  ["SHA-1", "pass\0word", "sa\0lt", 4096, 16],
  ["SHA-256", "passwd", "salt", 1, 64],
  ["SHA-256", "Password", "NaCl", 80000, 64],
  ["SHA-384", "password", "salt", 1000, 48],
  ["SHA-512", "password", "salt", 1000, 64],
]) {
  const key = await secret("PBKDF2", text(password));
  console.log("PBKDF2", hash, hex(await subtle.deriveBits({ name: "PBKDF2", hash, salt: text(salt), iterations }, key, bytes * 8)));
}

const hkdf = { name: "HKDF", hash: "SHA-256", salt: text("salt"), info: text("info") };
const pbkdf2 = { name: "PBKDF2", hash: "SHA-256", salt: text("salt"), iterations: 1000 };
const base = await secret("HKDF", text("secret"));
const password = await secret("PBKDF2", text("password"));
console.log(base.type, base.extractable, JSON.stringify(base.algorithm), base.usages.join());

const aes = await subtle.deriveKey(pbkdf2, password, { name: "AES-GCM", length: 256 }, true, ["encrypt"]);
console.log(JSON.stringify(aes.algorithm), hex(await subtle.exportKey("raw", aes)));
const mac = await subtle.deriveKey(hkdf, base, { name: "HMAC", hash: "SHA-512" }, true, ["sign"]);
console.log(JSON.stringify(mac.algorithm), hex(await subtle.exportKey("raw", mac)));
console.log((await subtle.deriveKey(hkdf, base, { name: "HMAC", hash: "SHA-512", length: 256 }, true, ["sign"])).algorithm.length);

console.log("empty", (await subtle.deriveBits(hkdf, base, 0)).byteLength);
console.log("255 hash values", (await subtle.deriveBits(hkdf, base, 255 * 256)).byteLength);
console.log(await refused(() => subtle.deriveBits(hkdf, base, 256 * 256)));
console.log(await refused(() => subtle.deriveBits(hkdf, base, 12)));
console.log(await refused(() => subtle.deriveBits(hkdf, base)));
console.log(await refused(() => subtle.deriveBits(hkdf, base, null)));
console.log(await refused(() => subtle.deriveBits({ ...hkdf, info: new Uint8Array(1048577) }, base, 8)));
console.log(await refused(() => subtle.deriveBits({ ...hkdf, salt: undefined }, base, 8)));
console.log(await refused(() => subtle.deriveBits({ ...hkdf, info: "info" }, base, 8)));
console.log(await refused(() => subtle.deriveBits({ ...hkdf, hash: "MD5" }, base, 8)));
console.log(await refused(() => subtle.deriveBits(pbkdf2, base, 8)));
console.log(await refused(() => subtle.deriveBits({ ...pbkdf2, iterations: 0 }, password, 8)));
console.log(await refused(() => subtle.deriveBits({ ...pbkdf2, iterations: -1 }, password, 8)));
console.log(await refused(() => subtle.deriveBits({ ...pbkdf2, iterations: undefined }, password, 8)));
console.log(await refused(() => subtle.deriveBits({ ...pbkdf2, iterations: 10_000_001 }, password, 256)));
console.log(await refused(() => subtle.deriveBits({ ...pbkdf2, iterations: 4294967295 }, password, 4294967288)));
console.log(await refused(() => subtle.deriveBits({ ...pbkdf2, iterations: 5_000_001 }, password, 512)));
console.log(await refused(() => subtle.deriveBits({ ...pbkdf2, iterations: 1 }, password, 65_537 * 8)));
console.log(await refused(() => subtle.deriveBits({ name: "ECDH", public: base }, base, 8)));

const bitsOnly = await secret("HKDF", text("secret"), ["deriveBits"]);
const keysOnly = await secret("HKDF", text("secret"), ["deriveKey"]);
console.log(await refused(() => subtle.deriveKey(hkdf, bitsOnly, { name: "AES-GCM", length: 128 }, true, ["encrypt"])));
console.log(await refused(() => subtle.deriveBits(hkdf, keysOnly, 8)));
console.log(await refused(() => subtle.deriveKey(hkdf, base, { name: "AES-GCM", length: 100 }, true, ["encrypt"])));
console.log(await refused(() => subtle.deriveKey(hkdf, base, { name: "AES-GCM", length: 128 }, true, [])));
console.log(await refused(() => subtle.deriveKey(hkdf, base, { name: "AES-GCM", length: 128 }, true, ["sign"])));
console.log(await refused(() => subtle.deriveKey(hkdf, base, { name: "HMAC", hash: "SHA-1", length: 0 }, true, ["sign"])));
console.log(await refused(() => subtle.deriveKey(hkdf, base, { name: "ECDSA", namedCurve: "P-256" }, true, ["sign"])));
console.log(await refused(() => subtle.importKey("raw", text("x"), "HKDF", true, ["deriveBits"])));
console.log(await refused(() => subtle.importKey("raw", text("x"), "PBKDF2", false, ["sign"])));
console.log(await refused(() => subtle.importKey("raw", text("x"), "PBKDF2", false, [])));
console.log(await refused(() => subtle.importKey("jwk", { kty: "oct", k: "AA" }, "HKDF", false, ["deriveBits"])));
console.log(await refused(() => subtle.exportKey("raw", base)));
console.log(await refused(() => subtle.generateKey("HKDF", false, ["deriveBits"])));
