// crypto.subtle.digest. Known answers: FIPS 180-4, examples "SHA_All" of NIST (messages "abc", "" and the 448-bit one).
const hex = (buffer) => [...new Uint8Array(buffer)].map((b) => b.toString(16).padStart(2, "0")).join("");
const refused = async (f) => {
  try {
    return `no error: ${await f()}`;
  } catch (e) {
    return `${e.name}: ${e.message}`;
  }
};
const text = (s) => new TextEncoder().encode(s);

for (const hash of ["SHA-1", "SHA-256", "SHA-384", "SHA-512"]) {
  for (const message of ["", "abc", "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"]) {
    console.log(hash, hex(await crypto.subtle.digest(hash, text(message))));
  }
}
// One million times "a".
console.log(hex(await crypto.subtle.digest("SHA-256", new Uint8Array(1_000_000).fill(97))));

const abc = text("abc");
const wide = new Uint8Array([0, 97, 98, 99, 0]);
const same = [
  abc.buffer, new DataView(wide.buffer, 1, 3), wide.subarray(1, 4), new Uint8ClampedArray(abc), new Int8Array(abc),
  new Uint8Array(new ArrayBuffer(3, { maxByteLength: 9 })).fill(0),
];
same.at(-1).set(abc);
for (const source of same) console.log(source.constructor.name, hex(await crypto.subtle.digest("sha-1", source)) === hex(await crypto.subtle.digest({ name: "SHA-1" }, abc)));

// The bytes are taken when the method is called.
const changed = text("abc");
const promise = crypto.subtle.digest("SHA-1", changed);
changed.fill(0);
console.log("copied", hex(await promise));

const result = await crypto.subtle.digest("SHA-256", abc);
console.log(result instanceof ArrayBuffer, result.byteLength, result.resizable);

const detached = text("abc");
detached.buffer.transfer?.() ?? structuredClone(detached.buffer, { transfer: [detached.buffer] });
console.log("detached is empty", hex(await crypto.subtle.digest("SHA-1", detached)));

for (const name of ["MD5", "SHA-224", "SHA3-256", "SHA256", "", "\u017fha-1", { name: "sha" }]) {
  console.log(await refused(() => crypto.subtle.digest(name, abc)));
}
for (const data of [undefined, null, "abc", 3, [97, 98, 99], {}, new Proxy(abc, {})]) {
  console.log(await refused(() => crypto.subtle.digest("SHA-1", data)));
}
console.log(await refused(() => crypto.subtle.digest({}, abc)));
console.log(await refused(() => crypto.subtle.digest(Symbol("SHA-1"), abc)));
console.log(await refused(() => crypto.subtle.digest("SHA-1")));
