// The objects a script finds in a fresh world, by path: what a checkpoint names instead of copying. Built while the
// base is made, after every other script but host.js. It does not judge what scripts do to these objects: `changes` lists it.
"use strict";
(() => {
  const g = globalThis;
  const {
    FunctionPrototype, ObjectGetOwnPropertyDescriptor, ObjectGetPrototypeOf, ObjectHasOwn, ObjectIs, ObjectIsExtensible, ReflectOwnKeys,
    SafeMap, SafeSet, String,
  } = g.__bootstrap.primordials;
  const { append, isData, list } = g.Deno.lists;
  const HIDDEN = new SafeSet(["Deno", "__bootstrap"]);

  // Parallel arrays: the object or symbol, the index of the one it was found in, the key and the slot there.
  const found = list();
  const parents = list();
  const keys = list();
  const slots = list();
  // What each of them has, as it was before any user code: see `record`.
  const had = list();
  const counts = list();
  // Only while the base is made, and again from the first use: a Map would make every restore of the base dearer.
  let known = new SafeMap();
  const VALUE = 0, GET = 1, SET = 2, PROTO = 3;

  const add = (value, parent, key, slot) => {
    const type = typeof value;
    if (!(type === "function" || (type === "object" && value !== null) || type === "symbol") || known.has(value)) return;
    known.set(value, found.length);
    append(found, value);
    append(parents, parent);
    append(keys, key);
    append(slots, slot);
  };
  const visit = (at) => {
    const value = found[at];
    if (typeof value === "symbol") return;
    const own = ReflectOwnKeys(value);
    for (let i = 0; i < own.length; i++) {
      if (at === 0 && HIDDEN.has(own[i])) continue;
      const property = ObjectGetOwnPropertyDescriptor(value, own[i]);
      if (isData(property)) {
        add(property.value, at, own[i], VALUE);
      } else {
        add(property.get, at, own[i], GET);
        add(property.set, at, own[i], SET);
      }
    }
    add(ObjectGetPrototypeOf(value), at, null, PROTO);
    record(at, own);
  };
  // Stands where an accessor has its setter.
  const DATA = { __proto__: null };
  // Three places a property: key, value or getter, DATA or setter. Of the many functions that are no constructors only
  // the number of properties, which is looked at instead of them all after every run.
  const record = (at, own) => {
    const value = found[at];
    counts[at] = stands(value, own);
    // The one function that is the prototype of others has methods to be replaced.
    const bare = typeof value === "function" && value !== FunctionPrototype;
    if (bare && !ObjectHasOwn(value, "prototype")) return;
    const parts = list();
    for (let i = 0; i < own.length; i++) {
      const property = ObjectGetOwnPropertyDescriptor(value, own[i]);
      append(parts, own[i]);
      append(parts, isData(property) ? property.value : property.get);
      append(parts, isData(property) ? DATA : property.set);
    }
    had[at] = parts;
  };
  const stands = (value, own) => ObjectIsExtensible(value) ? own.length : -1 - own.length;
  const differs = (value, parts, i) => {
    const property = ObjectGetOwnPropertyDescriptor(value, parts[i]);
    if (isData(property)) return parts[i + 2] !== DATA || !ObjectIs(property.value, parts[i + 1]);
    return property.get !== parts[i + 1] || property.set !== parts[i + 2];
  };
  // The keys that were added to an object, removed from it or given another value.
  const changed = (value, own, parts) => {
    const keys = list();
    const before = new SafeMap();
    for (let i = 0; i < parts.length; i += 3) before.set(parts[i], i);
    for (let i = 0; i < own.length; i++) {
      const at = before.get(own[i]);
      if (at === undefined || differs(value, parts, at)) append(keys, own[i]);
      before.delete(own[i]);
    }
    before.forEach((_at, key) => append(keys, key));
    return keys;
  };
  const sameKeys = (own, parts) => {
    for (let i = 0; i < own.length; i++) if (own[i] !== parts[3 * i]) return false;
    return own.length * 3 === parts.length;
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
  // The list grows while it is walked. What has a name on the global object goes by it.
  let walked = 0;
  visit(walked++);
  const globals = found.length;
  for (let at = 1; at < globals; at++) {
    // Before anything else leads there: `Function.prototype`, and not the prototype of whatever function comes first.
    if (typeof found[at] === "function") add(ObjectGetOwnPropertyDescriptor(found[at], "prototype")?.value, at, "prototype", VALUE);
  }
  for (; walked < found.length; walked++) visit(walked);
  for (const name in unnamed) add(unnamed[name], -1, name, VALUE);
  for (; walked < found.length; walked++) visit(walked);
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
    for (let at = 0; at < found.length; at++) {
      const value = found[at];
      if (typeof value !== "symbol" && counts[at] !== stands(value, ReflectOwnKeys(value))) visit(at);
    }
  };

  g.Deno.registry = {
    __proto__: null,
    wake,
    // Whether there is a session, whose state may be saved.
    isAwake: () => known !== undefined,
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
    // A number that says where it comes among the objects of the platform.
    order(value) {
      return known.get(value);
    },
    // Calls back with the path of each property of the platform, apart from those of the global object, that a script
    // has added, removed or replaced. No getter is called.
    changes(report) {
      for (let at = 1; at < found.length; at++) {
        const value = found[at];
        if (typeof value === "symbol") continue;
        const own = ReflectOwnKeys(value);
        const parts = had[at];
        let same = counts[at] === stands(value, own) && (parts === undefined || sameKeys(own, parts));
        for (let i = 0; same && parts !== undefined && i < parts.length; i += 3) same = !differs(value, parts, i);
        if (same) continue;
        const keys = parts === undefined ? list() : changed(value, own, parts);
        for (let i = 0; i < keys.length; i++) report(`${path(at)}.${text(keys[i])}`);
        // A property of a function, or that nothing can be added any more.
        if (keys.length === 0) report(path(at));
      }
    },
  };
})();
