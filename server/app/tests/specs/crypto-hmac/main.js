// HMAC. Known answers: RFC 4231 section 4 (SHA-2), RFC 2202 section 3 (SHA-1), RFC 7515 appendix A.1 (JSON Web Key).
const hex = (buffer) => [...new Uint8Array(buffer)].map((b) => b.toString(16).padStart(2, "0")).join("");
const unhex = (s) => new Uint8Array(s.match(/../g).map((b) => parseInt(b, 16)));
const text = (s) => new TextEncoder().encode(s);
const refused = async (f) => {
  try {
    return `no error: ${await f()}`;
  } catch (e) {
    return `${e.name}: ${e.message}`;
  }
};
const { subtle } = crypto;

const cases = [
  [unhex("0b".repeat(20)), text("Hi There")],
  [text("Jefe"), text("what do ya want for nothing?")],
  [unhex("aa".repeat(131)), text("Test Using Larger Than Block-Size Key - Hash Key First")],
];
for (const hash of ["SHA-1", "SHA-256", "SHA-384", "SHA-512"]) {
  for (const [bytes, data] of cases) {
    const key = await subtle.importKey("raw", bytes, { name: "HMAC", hash }, true, ["sign", "verify"]);
    const code = await subtle.sign("HMAC", key, data);
    console.log(hash, key.algorithm.length, hex(code), await subtle.verify("hmac", key, code, data));
    const bad = new Uint8Array(code);
    bad[0] ^= 1;
    console.log("changed", await subtle.verify("HMAC", key, bad, data), "cut", await subtle.verify("HMAC", key, code.slice(1), data));
  }
}

const jwk = {
  kty: "oct",
  k: "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow",
};
const token = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
const signer = await subtle.importKey("jwk", jwk, { name: "HMAC", hash: "SHA-256" }, true, ["sign"]);
const code = await subtle.sign("HMAC", signer, text(token));
console.log(btoa(String.fromCharCode(...new Uint8Array(code))));
const again = await subtle.exportKey("jwk", signer);
console.log(again.k === jwk.k, Object.keys(again).sort().join(), again.alg, again.ext, again.key_ops.join());
console.log(hex(await subtle.exportKey("raw", signer)).length);

for (const [hash, length] of [["SHA-1"], ["SHA-256"], ["SHA-384"], ["SHA-512"], ["SHA-256", 128]]) {
  const key = await subtle.generateKey({ name: "HMAC", hash: { name: hash }, length }, true, ["sign", "verify", "sign"]);
  const raw = await subtle.exportKey("raw", key);
  console.log(key.type, key.algorithm.name, key.algorithm.hash.name, key.algorithm.length, raw.byteLength * 8, key.usages.join());
}

const algorithm = { name: "HMAC", hash: "SHA-256" };
const verifier = await subtle.importKey("raw", text("Jefe"), algorithm, false, ["verify"]);
console.log(await refused(() => subtle.sign("HMAC", verifier, text(""))));
console.log(await refused(() => subtle.exportKey("raw", verifier)));
console.log(await refused(() => subtle.exportKey("spki", signer)));
console.log(await refused(() => subtle.encrypt({ name: "AES-GCM", iv: new Uint8Array(12) }, signer, text(""))));
console.log(await refused(() => subtle.sign({ name: "ECDSA", hash: "SHA-256" }, signer, text(""))));
console.log(await refused(() => subtle.sign("HMAC", {}, text(""))));
console.log(await refused(() => subtle.verify("HMAC", verifier, "code", text(""))));
console.log(await refused(() => subtle.importKey("raw", text(""), algorithm, true, ["sign"])));
console.log(await refused(() => subtle.importKey("raw", text("k"), algorithm, true, [])));
console.log(await refused(() => subtle.importKey("raw", text("k"), algorithm, true, ["encrypt"])));
console.log(await refused(() => subtle.importKey("raw", text("k"), algorithm, true, ["signs"])));
console.log(await refused(() => subtle.importKey("raw", text("k"), { ...algorithm, length: 16 }, true, ["sign"])));
console.log(await refused(() => subtle.importKey("raw", text("k"), "HMAC", true, ["sign"])));
console.log(await refused(() => subtle.importKey("raw", text("k"), { name: "HMAC", hash: "MD5" }, true, ["sign"])));
console.log(await refused(() => subtle.importKey("raw", jwk, algorithm, true, ["sign"])));
console.log(await refused(() => subtle.importKey("jwk", text("k"), algorithm, true, ["sign"])));
console.log(await refused(() => subtle.importKey("pem", text("k"), algorithm, true, ["sign"])));
console.log(await refused(() => subtle.importKey("pkcs8", text("k"), algorithm, true, ["sign"])));
for (const change of [
  { kty: "EC" }, { k: undefined }, { k: "" }, { k: "A" }, { k: "AA==" }, { k: "A+" }, { k: "\u0100\u0100" }, { alg: "HS512" },
  { use: "enc" }, { key_ops: ["verify"] }, { key_ops: ["sign", "sign"] }, { ext: false },
]) {
  console.log(JSON.stringify(change), await refused(() => subtle.importKey("jwk", { ...jwk, ...change }, algorithm, true, ["sign"])));
}
console.log(await refused(() => subtle.generateKey({ ...algorithm, length: 0 }, true, ["sign"])));
console.log(await refused(() => subtle.generateKey({ ...algorithm, length: 9 }, true, ["sign"])));
console.log(await refused(() => subtle.generateKey({ ...algorithm, length: 4294967288 }, true, ["sign"])));
console.log(await refused(() => subtle.generateKey({ ...algorithm, length: -1 }, true, ["sign"])));
console.log(await refused(() => subtle.generateKey(algorithm, true, [])));
console.log(await refused(() => subtle.generateKey(algorithm, true, ["deriveKey"])));
