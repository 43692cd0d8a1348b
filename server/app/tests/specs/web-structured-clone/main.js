const source = { m: new Map([[1, new Set([2])]]), d: new Date(5), r: /x/g, e: new RangeError("r"), b: new Uint8Array([1]), n: 1n }; source.self = source;
const copy = structuredClone(source);
console.log(copy !== source, copy.self === copy, copy.m.get(1).has(2), copy.d.getTime(), copy.r.flags, copy.e.name, copy.b[0], copy.n);
try { structuredClone(() => {}) } catch (e) { console.log(e.name) }
const buffer = new ArrayBuffer(4); structuredClone(buffer, { transfer: [buffer] }); console.log(buffer.byteLength);
