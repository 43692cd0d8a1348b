// A script that changes the intrinsics neither sees into `crypto` nor changes its results (promise: the host is not
// reachable from a script). Known answers: FIPS 180-4 ("abc"), RFC 4231 case 2, RFC 8032 test 1.
const { subtle } = crypto;
const log = console.log;
const hex = (buffer) => {
  const digits = "0123456789abcdef";
  const bytes = new Bytes(buffer);
  let s = "";
  for (let i = 0; i < bytes.length; i++) s += digits[bytes[i] >> 4] + digits[bytes[i] & 15];
  return s;
};
const Bytes = Uint8Array;
const abc = new TextEncoder().encode("abc");
const jefe = new TextEncoder().encode("Jefe");
const want = new TextEncoder().encode("what do ya want for nothing?");
const jwk = { __proto__: null, kty: "OKP", crv: "Ed25519", d: "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A", x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" };
const iv = new Uint8Array(12);
const hmac = { __proto__: null, name: "HMAC", hash: "SHA-256" };
const ecdsa = { __proto__: null, name: "ECDSA", namedCurve: "P-256" };
const { ownKeys, getOwnPropertyDescriptor: described, defineProperty: define } = Reflect;
const append = (list, value) => define(list, list.length, { __proto__: null, value, writable: true, enumerable: true, configurable: true });

const calls = [];
const spy = (name) => function () {
  append(calls, name);
  throw new Error(name);
};
const restore = [];
const replace = (object, key, descriptor) => {
  const old = described(object, key);
  if (old !== undefined && !old.configurable) return;
  append(restore, () => old === undefined ? delete object[key] : define(object, key, { __proto__: null, ...old }));
  define(object, key, { __proto__: null, configurable: true, ...descriptor });
};

// Everything on the prototypes but what this script itself and `await` need.
const kinds = [Array, Promise, Object, Function, String, Number, RegExp, Map, Set, ArrayBuffer, DataView, Error, TypeError];
for (let k = 0; k < kinds.length; k++) {
  const { prototype, name } = kinds[k];
  const keys = ownKeys(prototype);
  for (let i = 0; i < keys.length; i++) {
    if (keys[i] === "constructor" && prototype === Promise.prototype) continue;
    const old = described(prototype, keys[i]);
    const text = typeof keys[i] === "symbol" ? "a symbol" : keys[i];
    if (typeof old.value === "function") replace(prototype, keys[i], { __proto__: null, value: spy(`${name}.${text}`) });
  }
}
const typed = Object.getPrototypeOf(Uint8Array).prototype;
const typedKeys = ["buffer", "byteLength", "byteOffset", "set", "slice", "subarray", "fill", "constructor", Symbol.iterator, Symbol.toStringTag];
for (let i = 0; i < typedKeys.length; i++) {
  const value = spy("a typed array's");
  replace(typed, typedKeys[i], { __proto__: null, get: value });
  replace(Uint8Array.prototype, typedKeys[i], { __proto__: null, get: value });
}
const inherited = [
  "get", "set", "value", "writable", "enumerable", "hash", "length", "namedCurve", "alg", "k", "ext", "key_ops", "toJSON", "data",
  "OperationError", "CryptoDataError", "CryptoOperationError", "name", "message", "0", "8",
];
for (let i = 0; i < inherited.length; i++) {
  const key = inherited[i];
  // The script's own literals below are asked for a `length` and a `name`.
  const get = key === "length" || key === "name" ? undefined : spy(`Object.prototype.${key}`);
  replace(Object.prototype, key, { __proto__: null, get, set: spy(`Object.prototype.${key}=`) });
}
replace(Array.prototype, "0", { __proto__: null, set: spy("Array.prototype.0=") });
replace(Array.prototype, "toJSON", { __proto__: null, value: spy("Array.prototype.toJSON") });
replace(Error, "prepareStackTrace", { __proto__: null, value: spy("Error.prepareStackTrace"), writable: true });
replace(Error, "captureStackTrace", { __proto__: null, value: spy("Error.captureStackTrace"), writable: true });
const globals = ["Uint8Array", "ArrayBuffer", "DOMException", "JSON", "Object", "Array", "TextEncoder", "TypeError", "decodeURIComponent", "Math", "Symbol"];
for (let i = 0; i < globals.length; i++) replace(globalThis, globals[i], { __proto__: null, value: spy(globals[i]), writable: true });

const work = async () => {
  const results = [];
  const note = (value) => append(results, value);
  note(hex(await subtle.digest("SHA-1", abc)));
  const mac = await subtle.importKey("raw", jefe, hmac, true, ["sign", "verify"]);
  note(hex(await subtle.sign("HMAC", mac, want)));
  const signer = await subtle.importKey("jwk", jwk, "Ed25519", true, ["sign"]);
  note(hex(await subtle.sign("Ed25519", signer, new Bytes(0))));
  const aes = await subtle.generateKey({ name: "AES-GCM", length: 128 }, true, ["encrypt", "decrypt", "wrapKey", "unwrapKey"]);
  const gcm = { name: "AES-GCM", iv };
  note(hex(await subtle.decrypt(gcm, aes, await subtle.encrypt(gcm, aes, abc))));
  const wrapped = await subtle.wrapKey("jwk", signer, aes, gcm);
  const unwrapped = await subtle.unwrapKey("jwk", wrapped, aes, gcm, "Ed25519", true, ["sign"]);
  note((await subtle.exportKey("jwk", unwrapped)).d);
  const pair = await subtle.generateKey(ecdsa, true, ["sign", "verify"]);
  const hash = { name: "ECDSA", hash: "SHA-256" };
  note(await subtle.verify(hash, pair.publicKey, await subtle.sign(hash, pair.privateKey, abc), abc));
  const base = await subtle.importKey("raw", jefe, "HKDF", false, ["deriveKey"]);
  const derived = await subtle.deriveKey({ name: "HKDF", hash: "SHA-256", salt: iv, info: iv }, base, { name: "AES-GCM", length: 128 }, true, ["encrypt"]);
  note(hex(await subtle.exportKey("raw", derived)));
  note(derived.usages[0]);
  note(derived.algorithm.length);
  note(crypto.getRandomValues(new Bytes(8)).length);
  try {
    await subtle.decrypt(gcm, aes, abc);
  } catch (e) {
    note(e.message);
  }
  try {
    await subtle.importKey("spki", abc, ecdsa, true, ["verify"]);
  } catch (e) {
    note(e.message);
  }
  try {
    await subtle.digest("MD5", abc);
  } catch (e) {
    note(e.message);
  }
  return results;
};
const results = await work();
try {
  [].push(1);
} catch {
  // The control: the spies do see what uses them.
}
for (let i = restore.length - 1; i >= 0; i--) restore[i]();
for (const result of results) log(String(result));
log("seen by the script:", calls.join());

// What promises do with an object is the language's: only the script's own result passes through its `then`.
Object.defineProperty(Object.prototype, "then", { configurable: true, value(resolve) { delete Object.prototype.then; resolve(`${Object.prototype.toString.call(this)}`); } });
log(await subtle.digest("SHA-1", abc));

// Nothing of the host hangs on the objects.
const reached = new Set();
const walk = (value) => {
  if ((typeof value !== "object" && typeof value !== "function") || value === null || reached.has(value)) return;
  reached.add(value);
  walk(Object.getPrototypeOf(value));
  for (const key of Reflect.ownKeys(value)) {
    const { value: inner, get, set } = Reflect.getOwnPropertyDescriptor(value, key);
    walk(inner);
    walk(get);
    walk(set);
  }
};
walk(crypto);
walk(CryptoKey);
walk(await subtle.generateKey(ecdsa, true, ["sign"]));
const names = [...reached].map((value) => typeof value === "function" ? value.name : "");
log("ops:", names.filter((name) => name.startsWith("op_")).length, "Deno:", typeof Deno, "__bootstrap:", typeof __bootstrap);
let sites = [];
Error.prepareStackTrace = (_, callSites) => callSites;
try {
  crypto.getRandomValues(3);
} catch (e) {
  sites = Array.isArray(e.stack) ? e.stack : [];
}
delete Error.prepareStackTrace;
log("functions in call sites:", sites.filter((site) => /getRandomValues|enter/.test(site.getFunctionName()) && (site.getFunction() || site.getThis())).length);
