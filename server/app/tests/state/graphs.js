// A random graph from a number: every kind of value that is kept whole, with sharing and cycles.
var make = function (seed) {
  let state = seed * 2654435761 >>> 0;
  const random = (n) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % n;
  };
  const pick = (...list) => list[random(list.length)];
  const known = [Symbol("a"), Symbol.for("b"), Symbol.iterator];
  const text = () => pick("", "a", "\ud800", "é", "語", "__proto__", "constructor", "then", "0", "-1", "x".repeat(random(300)));
  const key = () => random(5) === 0 ? pick(...known) : pick(text(), `k${random(20)}`, `${random(9)}`);
  const scalar = () => pick(undefined, null, true, false, 0, -0, NaN, Infinity, random(1e9), -random(1e9), random(1e9) / 7,
    2 ** 53 - random(9), BigInt(random(1e9)) ** 5n, -1n, text(), text(), ...known, Math.max, Array.prototype);
  const made = [];
  const value = () => made.length > 0 && random(3) > 0 ? pick(...made) : scalar();
  const define = (object) => {
    for (let i = random(5); i > 0; i--) {
      const k = key();
      if (Object.hasOwn(object, k) && !Object.getOwnPropertyDescriptor(object, k).configurable) continue;
      if (random(6) === 0) {
        Object.defineProperty(object, k, { get() { return 1 }, set: undefined, enumerable: random(2) === 0, configurable: true });
      } else {
        Object.defineProperty(object, k, { value: value(), writable: random(4) > 0, enumerable: random(4) > 0, configurable: random(4) > 0 });
      }
    }
    return object;
  };
  class Base { constructor() { this.b = 1 } hi() { return "base" } static s = 1; }
  class Sub extends Base { hi() { return super.hi() + "sub" } get g() { return 2 } [Symbol.iterator]() { return [][Symbol.iterator]() } }
  const kinds = [
    () => ({}), () => Object.create(null), () => [], () => [1, , 3], () => new Map(), () => new Set(), () => new Date(random(1e12)),
    () => new RegExp(pick("a", "(?<x>.)", "/"), pick("", "gi", "u", "v")), () => new pick.E(text()), () => Object(pick(1, "ab", true, 1n)),
    () => new Uint8Array(random(50)).fill(random(256)), () => new pick.T(new ArrayBuffer(16), 8, 1), () => new DataView(new ArrayBuffer(8), random(8)),
    () => new ArrayBuffer(random(9), { maxByteLength: 16 }), () => new Base(), () => new Sub(), () => Object.create(pick(...made, null, Base.prototype)),
    () => { const c = value(); return () => c }, () => { let c = value(); return function () { return c } }, () => Sub, () => new URL(`http://h/${random(9)}`),
    () => function (a, b = 1) { return a + b }, () => ({ async *m() { yield 1 } }).m, () => new WeakSet(), () => Promise.resolve(random(9)),
  ];
  pick.E = pick(Error, TypeError, RangeError);
  pick.T = pick(Float64Array, BigInt64Array, BigUint64Array);
  const size = 5 + random(40);
  for (let i = 0; i < size; i++) {
    const node = pick(...kinds)();
    if (typeof node === "object" || typeof node === "function") made.push(node);
    if (node instanceof Map && node !== Map.prototype) for (let k = random(5); k > 0; k--) Map.prototype.set.call(node, value(), value());
    if (node instanceof Set && node !== Set.prototype) for (let k = random(5); k > 0; k--) Set.prototype.add.call(node, value());
    if (Array.isArray(node)) for (let k = random(5); k > 0; k--) node[random(12)] = value();
  }
  for (const node of made) if (!ArrayBuffer.isView(node) && random(2) === 0) define(node);
  for (const node of made) {
    if (ArrayBuffer.isView(node)) continue;
    if (random(12) === 0) Object.freeze(node);
    else if (random(12) === 0) Object.preventExtensions(node);
  }
  return made;
};
// Everything a script can see of a graph, as text: objects by the order in which they are met.
var digest = function (root) {
  const ids = new Map(), out = [];
  const platform = new Map([[Object.prototype, "O"], [Array.prototype, "A"], [Function.prototype, "F"], [Math.max, "max"], [Map.prototype, "M"],
    [Set.prototype, "S"], [Date.prototype, "D"], [RegExp.prototype, "R"], [Error.prototype, "E"], [TypeError.prototype, "TE"], [RangeError.prototype, "RE"],
    [Promise.prototype, "P"], [URL.prototype, "U"], [WeakSet.prototype, "W"], [ArrayBuffer.prototype, "AB"], [DataView.prototype, "DV"],
    [Number.prototype, "N"], [String.prototype, "St"], [Boolean.prototype, "B"], [BigInt.prototype, "Bi"], [Uint8Array.prototype, "U8"],
    [Float64Array.prototype, "F64"], [BigInt64Array.prototype, "I64"], [BigUint64Array.prototype, "BU64"]]);
  const name = (v) => {
    if (typeof v === "symbol") return Symbol.keyFor(v) !== undefined ? `reg ${Symbol.keyFor(v)}` : v === Symbol.iterator ? "iter" : met(v);
    if ((typeof v === "object" && v !== null) || typeof v === "function") return platform.get(v) ?? met(v);
    if (typeof v === "string") return JSON.stringify(v);
    return Object.is(v, -0) ? "-0" : `${typeof v} ${v}`;
  };
  const queue = [];
  const met = (v) => {
    if (!ids.has(v)) {
      ids.set(v, ids.size);
      queue.push(v);
    }
    return `#${ids.get(v)}`;
  };
  met(root);
  const tags = [[Map, "size"], [Set, "size"]].map(([C, p]) => [C, Object.getOwnPropertyDescriptor(C.prototype, p).get]);
  const is = (i, v) => { try { tags[i][1].call(v); return true } catch { return false } };
  for (let i = 0; i < queue.length; i++) {
    const v = queue[i];
    if (typeof v === "symbol") { out.push(`symbol ${v.description}`); continue }
    const line = [typeof v, Object.isExtensible(v), name(Object.getPrototypeOf(v))];
    // A class that was made again shows the text it was made from, and so do its members.
    const text = typeof v === "function" ? Function.prototype.toString.call(v) : "";
    if (!/^class|^\[/.test(text)) line.push(text);
    if (is(0, v)) Map.prototype.forEach.call(v, (x, k) => line.push(`${name(k)}=>${name(x)}`));
    if (is(1, v)) Set.prototype.forEach.call(v, (x) => line.push(`+${name(x)}`));
    try { line.push(`date ${Date.prototype.getTime.call(v)}`) } catch {}
    try { line.push(`bytes ${new Uint8Array(v.slice(0))} ${v.maxByteLength}`) } catch {}
    try { line.push(`view ${v.byteOffset} ${v.byteLength}`); line.push(name(v.buffer)) } catch {}
    if (typeof v === "object" && /^#/.test(name(v))) { try { line.push(`value ${name(Number.prototype.valueOf.call(v))}`) } catch {} }
    for (const k of Reflect.ownKeys(v)) {
      const d = Object.getOwnPropertyDescriptor(v, k);
      if (k === "stack") { line.push("stack " + String(v.stack).length); continue }
      if (typeof k === "symbol" && v instanceof URL) continue;
      line.push(`${name(k)}:${d.writable}${d.enumerable}${d.configurable} ${"value" in d ? name(d.value) : `${name(d.get)}/${name(d.set)}`}`);
    }
    out.push(line.join(" | "));
  }
  // Two 32-bit sums would do; the text itself says what differs.
  let a = 0x811c9dc5, b = 5381;
  const all = out.join("\n");
  for (let i = 0; i < all.length; i++) {
    a = Math.imul(a ^ all.charCodeAt(i), 16777619) >>> 0;
    b = (Math.imul(b, 33) + all.charCodeAt(i)) >>> 0;
  }
  return `${queue.length} ${all.length} ${a.toString(16)}${b.toString(16)}`;
};
