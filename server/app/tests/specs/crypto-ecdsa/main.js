// ECDSA on P-256 and P-384. Known answers: RFC 6979 appendix A.2.5 and A.2.6 (message "sample"; signing here is not
// deterministic, so they are verified), RFC 7515 appendix A.3 (JSON Web Key, ES256).
const hex = (buffer) => [...new Uint8Array(buffer)].map((b) => b.toString(16).padStart(2, "0")).join("");
const unhex = (s) => new Uint8Array((s.match(/../g) ?? []).map((b) => parseInt(b, 16)));
const text = (s) => new TextEncoder().encode(s);
const unbase64url = (s) => Uint8Array.from(atob(s.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
const refused = async (f) => {
  try {
    return `no error: ${await f()}`;
  } catch (e) {
    return `${e.name}: ${e.message}`;
  }
};
const { subtle } = crypto;

const rfc6979 = [
  {
    namedCurve: "P-256",
    point: "0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb67903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299",
    signatures: {
      "SHA-1": "61340c88c3aaebeb4f6d667f672ca9759a6ccaa9fa8811313039ee4a35471d326d7f147dac089441bb2e2fe8f7a3fa264b9c475098fdcf6e00d7c996e1b8b7eb",
      "SHA-256": "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8",
      "SHA-384": "0eafea039b20e9b42309fb1d89e213057cbf973dc0cfc8f129edddc800ef77194861f0491e6998b9455193e34e7b0d284ddd7149a74b95b9261f13abde940954",
      "SHA-512": "8496a60b5e9b47c825488827e0495b0e3fa109ec4568fd3f8d1097678eb97f002362ab1adbe2b8adf9cb9edab740ea6049c028114f2460f96554f61fae3302fe",
    },
  },
  {
    namedCurve: "P-384",
    point: "04ec3a4e415b4e19a4568618029f427fa5da9a8bc4ae92e02e06aae5286b300c64def8f0ea9055866064a254515480bc138015d9b72d7d57244ea8ef9ac0c621896708a59367f9dfb9f54ca84b3f1c9db1288b231c3ae0d4fe7344fd2533264720",
    signatures: {
      "SHA-256": "21b13d1e013c7fa1392d03c5f99af8b30c570c6f98d4ea8e354b63a21d3daa33bde1e888e63355d92fa2b3c36d8fb2cdf3aa443fb107745bf4bd77cb3891674632068a10ca67e3d45db2266fa7d1feebefdc63eccd1ac42ec0cb8668a4fa0ab0",
      "SHA-384": "94edbb92a5ecb8aad4736e56c691916b3f88140666ce9fa73d64c4ea95ad133c81a648152e44acf96e36dd1e80fabe4699ef4aeb15f178cea1fe40db2603138f130e740a19624526203b6351d0a3a94fa329c145786e679e7b82c71a38628ac8",
      "SHA-512": "ed0959d5880ab2d869ae7f6c2915c6d60f96507f9cb3e047c0046861da4a799cfe30f35cc900056d7c99cd7882433709512c8cceee3890a84058ce1e22dbc2198f42323ce8aca9135329f03c068e5112dc7cc3ef3446defceb01a45c2667fdd5",
    },
  },
];
for (const { namedCurve, point, signatures } of rfc6979) {
  const key = await subtle.importKey("raw", unhex(point), { name: "ECDSA", namedCurve }, true, ["verify"]);
  for (const [hash, signature] of Object.entries(signatures)) {
    const verify = (bytes, data) => subtle.verify({ name: "ECDSA", hash }, key, bytes, text(data));
    const good = unhex(signature);
    console.log(
      namedCurve, hash, await verify(good, "sample"), await verify(good, "other"), await verify(good.with(3, good[3] ^ 1), "sample"),
      await verify(good.subarray(1), "sample"), await verify(new Uint8Array(good.length), "sample"), await verify(new Uint8Array(0), "sample"),
    );
  }
  console.log(hex(await subtle.exportKey("raw", key)) === point, hex(await subtle.exportKey("spki", key)));
  console.log(JSON.stringify(Object.entries(await subtle.exportKey("jwk", key)).sort()));
}

// RFC 7515 appendix A.3.
const jwk = {
  kty: "EC", crv: "P-256", x: "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", y: "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
  d: "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI",
};
const input = text("eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ");
const signed = unbase64url("DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q");
const P256 = { name: "ECDSA", namedCurve: "P-256" };
const ES256 = { name: "ECDSA", hash: "SHA-256" };
const { d: _, ...publicJwk } = jwk;
const verifier = await subtle.importKey("jwk", publicJwk, P256, true, ["verify"]);
const signer = await subtle.importKey("jwk", { ...jwk, alg: "ES256", use: "sig" }, P256, true, ["sign"]);
console.log("ES256", await subtle.verify(ES256, verifier, signed, input));
console.log("signs", await subtle.verify(ES256, verifier, await subtle.sign(ES256, signer, input), input));
console.log(hex(await subtle.exportKey("pkcs8", signer)));
console.log((await subtle.exportKey("jwk", signer)).d === jwk.d);

// Every curve, hash function and format, there and back.
for (const namedCurve of ["P-256", "P-384"]) {
  const algorithm = { name: "ECDSA", namedCurve };
  const pair = await subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const { privateKey, publicKey } = pair;
  console.log(privateKey.type, privateKey.usages.join(), publicKey.type, publicKey.usages.join(), JSON.stringify(publicKey.algorithm));
  const results = [];
  for (const hash of ["SHA-1", "SHA-256", "SHA-384", "SHA-512"]) {
    for (const [secret, open] of [["pkcs8", "spki"], ["jwk", "raw"], ["pkcs8", "jwk"]]) {
      const signer = await subtle.importKey(secret, await subtle.exportKey(secret, privateKey), algorithm, false, ["sign"]);
      const verifier = await subtle.importKey(open, await subtle.exportKey(open, publicKey), algorithm, false, ["verify"]);
      const signature = await subtle.sign({ name: "ECDSA", hash }, signer, text("data"));
      results.push(signature.byteLength, await subtle.verify({ name: "ECDSA", hash }, verifier, signature, text("data")));
    }
  }
  console.log(results.join());
}

console.log(await refused(() => subtle.sign(ES256, verifier, input)));
console.log(await refused(() => subtle.verify(ES256, signer, signed, input)));
console.log(await refused(() => subtle.sign("ECDSA", signer, input)));
console.log(await refused(() => subtle.sign({ name: "ECDSA", hash: "MD5" }, signer, input)));
console.log(await refused(() => subtle.exportKey("pkcs8", verifier)));
console.log(await refused(() => subtle.exportKey("spki", signer)));
console.log(await refused(() => subtle.generateKey({ name: "ECDSA", namedCurve: "P-521" }, true, ["sign"])));
console.log(await refused(() => subtle.generateKey("ECDSA", true, ["sign"])));
console.log(await refused(() => subtle.generateKey(P256, true, ["verify"])));
console.log(await refused(() => subtle.generateKey(P256, true, ["sign", "encrypt"])));
const point = unhex(rfc6979[0].point);
const raw = (bytes, usages = ["verify"]) => refused(() => subtle.importKey("raw", bytes, P256, true, usages));
console.log(await raw(point.with(64, point[64] ^ 1)));
console.log(await raw(point.subarray(1)));
console.log(await raw(new Uint8Array(0)));
console.log(await raw(new Uint8Array(65)));
console.log(await raw(unhex(rfc6979[1].point)));
console.log(await raw(point, ["sign"]));
console.log(await refused(() => subtle.importKey("spki", point, P256, true, ["verify"])));
console.log(await refused(() => subtle.importKey("spki", new Uint8Array(0), P256, true, ["verify"])));
const spki = await subtle.exportKey("spki", verifier);
console.log(await refused(() => subtle.importKey("spki", spki.slice(0, -1), P256, true, ["verify"])));
console.log(await refused(() => subtle.importKey("spki", spki, { name: "ECDSA", namedCurve: "P-384" }, true, ["verify"])));
const pkcs8 = await subtle.exportKey("pkcs8", signer);
console.log(await refused(() => subtle.importKey("pkcs8", pkcs8, { name: "ECDSA", namedCurve: "P-384" }, true, ["sign"])));
console.log(await refused(() => subtle.importKey("pkcs8", pkcs8, "Ed25519", true, ["sign"])));
console.log(await refused(() => subtle.importKey("pkcs8", pkcs8, P256, true, ["verify"])));
console.log(await refused(() => subtle.importKey("pkcs8", pkcs8, P256, true, [])));
console.log(await refused(() => subtle.importKey("pkcs8", spki, P256, true, ["sign"])));
for (const change of [
  { kty: "OKP" }, { crv: "P-384" }, { alg: "ES384" }, { use: "enc" }, { d: jwk.x }, { d: "AA" }, { d: "" }, { x: jwk.y }, { y: undefined },
  { x: jwk.x.slice(0, -3), y: `${jwk.y}AAA` }, { ext: false }, { key_ops: ["verify"] },
]) {
  console.log(JSON.stringify(change), await refused(() => subtle.importKey("jwk", { ...jwk, ...change }, P256, true, ["sign"])));
}
