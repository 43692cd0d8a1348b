console.log([undefined, null, -0, 1n, "s", Symbol.iterator], { f() {}, g: () => {}, h: class A {}, get x() { return 1 }, set x(v) {} });
console.log(new Map([[{ k: 1 }, new Set([1])]]), new WeakMap(), new Date(NaN), /r/gi, new ArrayBuffer(2), new DataView(new ArrayBuffer(1)));
console.log(Object.create(null), Object.create({ constructor: undefined }), new (class Foo { #p = 1; q = 2 }), new Proxy({ a: 1 }, {}));
console.log(function named() {}, async () => {}, function* gen() {}, class extends Array {}, Promise.resolve(1), Promise.reject(2).catch(() => {}) && 0);
console.log(new Error("plain").message, [1, 2, 3].entries(), "a".matchAll(/a/g), Array.from({ length: 120 }, (_, i) => i));
console.log({ a: { b: { c: { d: { e: 1 } } } } }, [[[[[1]]]]], new Boolean(true), new String("x"), Object(1n), new URL("http://a/b"), new Blob(["x"]));
