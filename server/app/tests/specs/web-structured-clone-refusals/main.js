for (const [name, value] of Object.entries({ symbol: Symbol("s"), method: { f() {} }, weak: new WeakMap(), promise: Promise.resolve() })) {
  try { structuredClone(value); console.log(name, "cloned"); } catch (error) { console.log(name, error.name); }
}
class Point { constructor() { this.x = 1; } }
console.log(structuredClone(new Point()) instanceof Point, structuredClone(new Point()).x, Object.is(structuredClone(-0), -0));
const shared = { n: 1 }; const copy = structuredClone([shared, shared]); console.log(copy[0] === copy[1], copy[0] !== shared);
