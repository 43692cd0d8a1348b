// wrapKey and unwrapKey: exportKey and AES-GCM in one step. No known answers of their own: what is wrapped is checked
// against exportKey, encrypt and decrypt.
const hex = (buffer) => [...new Uint8Array(buffer)].map((b) => b.toString(16).padStart(2, "0")).join("");
const refused = async (f) => {
  try {
    return `no error: ${await f()}`;
  } catch (e) {
    return `${e.name}: ${e.message}`;
  }
};
const { subtle } = crypto;
const gcm = { name: "AES-GCM", iv: new Uint8Array(12).fill(7) };
const bytes = new Uint8Array(32).fill(9);
const wrapping = await subtle.importKey("raw", bytes, "AES-GCM", false, ["wrapKey", "unwrapKey"]);
const plain = await subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);

const HMAC = { name: "HMAC", hash: "SHA-256" };
const mac = await subtle.importKey("raw", new Uint8Array(20).fill(1), HMAC, true, ["sign", "verify"]);
const raw = await subtle.wrapKey("raw", mac, wrapping, gcm);
console.log(hex(raw), hex(await subtle.decrypt(gcm, plain, raw)));
const unwrapped = await subtle.unwrapKey("raw", raw, wrapping, gcm, HMAC, true, ["sign"]);
console.log(unwrapped.algorithm.length, unwrapped.usages.join(), hex(await subtle.exportKey("raw", unwrapped)));

const P256 = { name: "ECDSA", namedCurve: "P-256" };
const { privateKey, publicKey } = await subtle.generateKey(P256, true, ["sign", "verify"]);
for (const [format, key, usages] of [["pkcs8", privateKey, ["sign"]], ["jwk", privateKey, ["sign"]], ["spki", publicKey, ["verify"]], ["jwk", mac, ["sign"]]]) {
  const wrapped = await subtle.wrapKey(format, key, wrapping, gcm);
  const back = await subtle.unwrapKey(format, wrapped, wrapping, gcm, key === mac ? HMAC : P256, true, usages);
  const texts = await Promise.all([key, back].map(async (one) => {
    const jwk = await subtle.exportKey("jwk", one);
    return JSON.stringify({ ...jwk, key_ops: [] });
  }));
  console.log(format, back.type, texts[0] === texts[1]);
}
const text = new TextDecoder().decode(await subtle.decrypt(gcm, plain, await subtle.wrapKey("jwk", mac, wrapping, gcm)));
console.log(JSON.stringify(Object.entries(JSON.parse(text)).sort()));

// A JSON Web Key from elsewhere: white space, unknown members, text that is not ASCII.
const seal = async (s) => subtle.encrypt(gcm, plain, typeof s === "string" ? new TextEncoder().encode(s) : s);
const unwrap = (sealed, usages = ["sign"]) => subtle.unwrapKey("jwk", sealed, wrapping, gcm, HMAC, true, usages);
console.log((await unwrap(await seal('{ "kid": "schlüssel 🔑",\n "kty": "oct", "k": "AQID" }'))).algorithm.length);

for (const bad of ["", "{", "null", "3", "[]", "{}", '{"kty":"oct"}', new Uint8Array([0xff, 0xfe]), new Uint8Array(65537).fill(32)]) {
  const sealed = await seal(bad);
  console.log(await refused(() => unwrap(sealed)));
}
console.log(await refused(() => subtle.unwrapKey("raw", raw.slice(1), wrapping, gcm, HMAC, true, ["sign"])));
console.log(await refused(() => subtle.unwrapKey("raw", raw, wrapping, gcm, HMAC, true, [])));
console.log(await refused(() => subtle.unwrapKey("raw", raw, wrapping, gcm, "AES-GCM", true, ["encrypt"])));
console.log(await refused(() => subtle.unwrapKey("raw", raw, plain, gcm, HMAC, true, ["sign"])));
console.log(await refused(() => subtle.wrapKey("raw", mac, plain, gcm)));
console.log(await refused(() => subtle.wrapKey("raw", plain, wrapping, gcm)));
console.log(await refused(() => subtle.wrapKey("spki", mac, wrapping, gcm)));
console.log(await refused(() => subtle.wrapKey("raw", mac, wrapping, "AES-KW")));
console.log(await refused(() => subtle.wrapKey("raw", mac, mac, gcm)));
