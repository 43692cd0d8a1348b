// The objects a script finds in a fresh world, by path: what a checkpoint names instead of copying. Built while the
// base is made, after every other script but host.js. It does not judge what scripts do to these objects: `changes` lists it.
"use strict";
(() => {
  const g = globalThis;
  const {
    ArrayPrototypePush, ObjectGetOwnPropertyDescriptor, ObjectGetPrototypeOf,
    ReflectOwnKeys, SafeMap, SafeSet, String,
  } = g.__bootstrap.primordials;
  const HIDDEN = new SafeSet(["Deno", "__bootstrap"]);

  // Parallel arrays: the object or symbol, the index of the one it was found in, the key and the slot there.
  const found = [];
  const parents = [];
  const keys = [];
  const slots = [];
  // Only while the base is made, and again from the first use: a Map would make every restore of the base dearer.
  let known = new SafeMap();
  const VALUE = 0, GET = 1, SET = 2, PROTO = 3;

  const add = (value, parent, key, slot) => {
    const type = typeof value;
    if (!(type === "function" || (type === "object" && value !== null) || type === "symbol") || known.has(value)) return;
    known.set(value, found.length);
    ArrayPrototypePush(found, value);
    ArrayPrototypePush(parents, parent);
    ArrayPrototypePush(keys, key);
    ArrayPrototypePush(slots, slot);
  };
  const visit = (at) => {
    const value = found[at];
    if (typeof value === "symbol") return;
    const own = ReflectOwnKeys(value);
    for (let i = 0; i < own.length; i++) {
      if (at === 0 && HIDDEN.has(own[i])) continue;
      const property = ObjectGetOwnPropertyDescriptor(value, own[i]);
      add(property.value, at, own[i], VALUE);
      add(property.get, at, own[i], GET);
      add(property.set, at, own[i], SET);
    }
    add(ObjectGetPrototypeOf(value), at, null, PROTO);
  };
  // Found on no path from the global object, by the names of the specification (ECMA-262, section 6.1.7.4).
  const unnamed = {
    __proto__: null,
    "%GeneratorFunction.prototype%": ObjectGetPrototypeOf(function* () {}),
    "%AsyncFunction.prototype%": ObjectGetPrototypeOf(async () => {}),
    "%AsyncGeneratorFunction.prototype%": ObjectGetPrototypeOf(async function* () {}),
    "%ArrayIteratorPrototype%": ObjectGetPrototypeOf([][Symbol.iterator]()),
    "%MapIteratorPrototype%": ObjectGetPrototypeOf(new Map().entries()),
    "%SetIteratorPrototype%": ObjectGetPrototypeOf(new Set().values()),
    "%StringIteratorPrototype%": ObjectGetPrototypeOf(""[Symbol.iterator]()),
    "%RegExpStringIteratorPrototype%": ObjectGetPrototypeOf("".matchAll(/./g)),
    "%ErrorStackGetter%": ObjectGetOwnPropertyDescriptor(new Error(), "stack").get,
    "%ErrorStackSetter%": ObjectGetOwnPropertyDescriptor(new Error(), "stack").set,
    "%ThrowTypeError%": ObjectGetOwnPropertyDescriptor(function () { "use strict"; return arguments; }(), "callee").get,
  };
  add(g, -1, "globalThis", VALUE);
  for (const name in unnamed) add(unnamed[name], -1, name, VALUE);
  // The list grows while it is walked.
  for (let at = 0; at < found.length; at++) visit(at);
  known = undefined;

  const text = (key) => typeof key === "symbol" ? `@${String(key)}` : key;
  const path = (at) => {
    if (parents[at] < 0) return keys[at];
    const parent = path(parents[at]);
    switch (slots[at]) {
      case GET: return `${parent}.get ${text(keys[at])}`;
      case SET: return `${parent}.set ${text(keys[at])}`;
      case PROTO: return `${parent}.[[Prototype]]`;
      default: return parents[at] === 0 ? text(keys[at]) : `${parent}.${text(keys[at])}`;
    }
  };
  let byPath;
  // Before the first run of a session: V8 adds to what a snapshot creator has (WebAssembly, newer methods), and whatever
  // is there before any user code is of the platform.
  const wake = () => {
    if (known !== undefined) return;
    known = new SafeMap();
    for (let i = 0; i < found.length; i++) known.set(found[i], i);
    for (let at = 0; at < found.length; at++) visit(at);
  };

  g.Deno.registry = {
    __proto__: null,
    wake,
    // The path of an object of the platform, or undefined.
    pathOf(value) {
      const at = known.get(value);
      return at === undefined ? undefined : path(at);
    },
    has(value) {
      return known.has(value);
    },
    // The object at a path, or undefined when this engine has none there.
    at(wanted) {
      if (byPath === undefined) {
        byPath = new SafeMap();
        for (let i = 0; i < found.length; i++) byPath.set(path(i), found[i]);
      }
      return byPath.get(wanted);
    },
    // Calls back with the path of each property of the platform, apart from those of the global object, that a script
    // has added or replaced.
    changes(report) {
      for (let at = 1; at < found.length; at++) {
        const value = found[at];
        if (typeof value === "symbol") continue;
        const own = ReflectOwnKeys(value);
        for (let i = 0; i < own.length; i++) {
          const property = ObjectGetOwnPropertyDescriptor(value, own[i]);
          const part = property.get ?? property.set ?? property.value;
          const type = typeof part;
          if ((type === "function" || (type === "object" && part !== null)) && !known.has(part)) {
            report(`${path(at)}.${text(own[i])}`);
          }
        }
      }
    },
  };
})();
