// crypto.getRandomValues and crypto.randomUUID (Web Cryptography API section 10.1; RFC 9562 section 5.4).
const thrown = (f) => {
  try {
    return `no error: ${f()}`;
  } catch (e) {
    return `${e.name}: ${e.message}`;
  }
};

const bytes = new Uint8Array(64);
console.log("the same view", crypto.getRandomValues(bytes) === bytes);
console.log("filled", bytes.some((byte) => byte !== 0));

const buffer = new ArrayBuffer(48);
crypto.getRandomValues(new Uint32Array(buffer, 16, 4));
const around = new Uint8Array(buffer);
console.log("only the view", around.slice(0, 16).every((b) => b === 0), around.slice(32).every((b) => b === 0));
console.log("the view", around.slice(16, 32).some((b) => b !== 0));

for (const Kind of [Int8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, BigInt64Array, BigUint64Array]) {
  const view = crypto.getRandomValues(new Kind(32));
  console.log(Kind.name, view.length, new Set(view).size > 1);
}
console.log("empty", crypto.getRandomValues(new Uint8Array(0)).length);
console.log("resizable", crypto.getRandomValues(new Uint8Array(new ArrayBuffer(32, { maxByteLength: 64 }))).some((b) => b !== 0));

console.log("the limit", crypto.getRandomValues(new Uint8Array(65536)).length);
console.log(thrown(() => crypto.getRandomValues(new Uint8Array(65537))));
console.log(thrown(() => crypto.getRandomValues(new Uint32Array(16385))));
try {
  crypto.getRandomValues(new Uint8Array(65537));
} catch (e) {
  console.log(e instanceof DOMException, e.code);
}
console.log(thrown(() => crypto.getRandomValues(new Float64Array(4))));
console.log(thrown(() => crypto.getRandomValues(new DataView(new ArrayBuffer(4)))));
for (const wrong of [undefined, null, 4, "abcd", [1, 2, 3], {}, new ArrayBuffer(4), new Proxy(new Uint8Array(4), {})]) {
  console.log(thrown(() => crypto.getRandomValues(wrong)));
}
console.log(thrown(() => crypto.getRandomValues()));

const ids = new Set(Array.from({ length: 1000 }, () => crypto.randomUUID()));
const form = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
console.log("identifiers", ids.size, [...ids].every((id) => form.test(id)));
