// Deep equality as node:assert and node:util mean it: strict compares types, prototypes and symbols too, loose compares
// primitives by ==.
(function () {
const types = __bootstrap.core.loadExtScript("ext:mcp_node/util_types.js").default;

const keysOf = (object, strict) => {
  const keys = Object.keys(object);
  if (!strict) return keys;
  const symbols = Object.getOwnPropertySymbols(object);
  return [...keys, ...symbols.filter((key) => Object.prototype.propertyIsEnumerable.call(object, key))];
};
const primitive = (value) => value === null || (typeof value !== "object" && typeof value !== "function");
const sameValue = (a, b, strict) => strict ? Object.is(a, b) : a == b || (a !== a && b !== b);
const kindOf = (value) => {
  for (const is of ["isDate", "isRegExp", "isNativeError", "isMap", "isSet", "isAnyArrayBuffer", "isArrayBufferView",
    "isBoxedPrimitive", "isPromise", "isWeakMap", "isWeakSet"]) {
    if (types[is](value)) return is;
  }
  return Array.isArray(value) ? "array" : typeof value;
};
const bytes = (value) => ArrayBuffer.isView(value)
  ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
  : new Uint8Array(value);
const sameBytes = (a, b) => {
  const [left, right] = [bytes(a), bytes(b)];
  return left.length === right.length && left.every((byte, i) => byte === right[i]);
};

class Comparison {
  constructor(strict) {
    this.strict = strict;
    // What is being compared with what, so that cycles end.
    this.open = new Map();
  }
  equal(a, b) {
    if (a === b && (a !== 0 || !this.strict)) return true;
    if (primitive(a) || primitive(b)) return primitive(a) && primitive(b) && sameValue(a, b, this.strict);
    if (typeof a === "function" || typeof b === "function") return a === b;
    if (this.strict && Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
    const kind = kindOf(a);
    if (kind !== kindOf(b)) return false;
    const known = this.open.get(a);
    if (known !== undefined && known.has(b)) return true;
    if (known === undefined) this.open.set(a, new Set([b]));
    else known.add(b);
    const same = this.sameContents(kind, a, b) && this.sameProperties(kind, a, b);
    this.open.get(a).delete(b);
    return same;
  }
  sameContents(kind, a, b) {
    switch (kind) {
      case "isDate": return Object.is(a.getTime(), b.getTime());
      case "isRegExp": return a.source === b.source && a.flags === b.flags && a.lastIndex === b.lastIndex;
      case "isNativeError": return a.name === b.name && a.message === b.message && this.equal(a.cause, b.cause);
      case "isBoxedPrimitive": return Object.is(a.valueOf(), b.valueOf());
      case "isAnyArrayBuffer": return sameBytes(a, b);
      case "isArrayBufferView": return this.sameViews(a, b);
      case "isMap": return a.size === b.size && this.sameMaps(a, b);
      case "isSet": return a.size === b.size && this.sameSets([...a], [...b]);
      case "isPromise": case "isWeakMap": case "isWeakSet": return false;
      case "array": return a.length === b.length;
      default: return true;
    }
  }
  sameViews(a, b) {
    if (a.constructor !== b.constructor || a.byteLength !== b.byteLength) return false;
    if (types.isFloat32Array(a) || types.isFloat64Array(a)) return a.every((value, i) => sameValue(value, b[i], this.strict));
    return sameBytes(a, b);
  }
  sameMaps(a, b) {
    const rest = [];
    for (const [key, value] of a) {
      if (primitive(key) && b.has(key) && this.equal(value, b.get(key))) continue;
      rest.push([key, value]);
    }
    return this.pairUp(rest, [...b], ([key, value], [otherKey, other]) => this.equal(key, otherKey) && this.equal(value, other));
  }
  sameSets(a, b) {
    const others = new Set(b);
    return this.pairUp(a.filter((value) => !(primitive(value) && others.has(value))), b, (one, other) => this.equal(one, other));
  }
  // Each of the first has a partner of its own among the second.
  pairUp(first, second, fits) {
    const taken = new Set();
    return first.every((one) => second.some((other, i) => {
      if (taken.has(i) || !fits(one, other)) return false;
      taken.add(i);
      return true;
    }));
  }
  sameProperties(kind, a, b) {
    if (kind === "isArrayBufferView") return true;
    const keys = keysOf(a, this.strict);
    const others = new Set(keysOf(b, this.strict));
    return keys.length === others.size && keys.every((key) => others.has(key) && this.equal(a[key], b[key]));
  }
}
return {
  isDeepEqual: (a, b) => new Comparison(false).equal(a, b),
  isDeepStrictEqual: (a, b) => new Comparison(true).equal(a, b),
};
})();
