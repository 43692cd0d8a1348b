// What a session has imported, by specifier: a checkpoint names what modules export instead of copying it, and a restore
// imports them again. What a module keeps to itself begins anew then. Not the importing: that is deno_core's and the
// server's.
"use strict";
(() => {
  const g = globalThis;
  const { core, registry, lists } = g.Deno;
  const { append, isData, list } = lists;
  const {
    ArrayBufferIsView, ArrayPrototypeSort, ObjectGetOwnPropertyDescriptor, ObjectGetPrototypeOf, ObjectIs, ReflectOwnKeys, SafeMap,
    SafeSet, StringPrototypeIncludes, StringPrototypeIndexOf, StringPrototypeSlice,
  } = g.__bootstrap.primordials;
  // Objects of one module that have a name, and keys of one object that are looked at.
  const OBJECTS = 5000, KEYS = 2000;
  // Between the steps of a path; before the key of each what it is of.
  const STEP = "\0", VALUE = ".", GET = "<", SET = ">", PROTO = "^";

  // In front of the name of a module of the configuration.
  const WASM = "wasm ";

  // By key: the specifier, with the type in front that its import asked for.
  const known = new SafeMap();
  const failures = new SafeMap();
  // Of each named object its module's key and its path there. Made when it is needed.
  let names;

  const own = (object, key) => {
    try {
      return ObjectGetOwnPropertyDescriptor(object, key);
    } catch {
      // An export whose declaration was not reached.
      return undefined;
    }
  };
  const named = (value) => (typeof value === "function" || (typeof value === "object" && value !== null)) &&
    !registry.has(value) && !core.isProxy(value);
  const walk = (namespace) => {
    const objects = list();
    const paths = list();
    const had = list();
    const seen = new SafeSet();
    const add = (value, path) => {
      if (!named(value) || seen.has(value) || objects.length >= OBJECTS) return;
      seen.add(value);
      append(objects, value);
      append(paths, path);
    };
    add(namespace, "");
    for (let at = 0; at < objects.length; at++) {
      const object = objects[at];
      const parts = list();
      const keys = ArrayBufferIsView(object) ? list() : ReflectOwnKeys(object);
      for (let i = 0; i < keys.length && i < KEYS; i++) {
        const property = own(object, keys[i]);
        if (property === undefined) continue;
        const value = isData(property) ? property.value : property.get;
        append(parts, keys[i]);
        append(parts, value);
        if (typeof keys[i] === "symbol" || StringPrototypeIncludes(keys[i], STEP)) continue;
        add(value, `${paths[at]}${STEP}${isData(property) ? VALUE : GET}${keys[i]}`);
        if (!isData(property)) add(property.set, `${paths[at]}${STEP}${SET}${keys[i]}`);
      }
      add(ObjectGetPrototypeOf(object), `${paths[at]}${STEP}${PROTO}`);
      append(had, parts);
    }
    return { __proto__: null, namespace, objects, paths, had };
  };
  const index = () => {
    if (names !== undefined) return;
    names = new SafeMap();
    const keys = list();
    known.forEach((_module, key) => append(keys, key));
    ArrayPrototypeSort(keys);
    for (let k = 0; k < keys.length; k++) {
      const { objects, paths } = known.get(keys[k]);
      for (let i = 0; i < objects.length; i++) {
        if (!names.has(objects[i])) names.set(objects[i], { __proto__: null, key: keys[k], path: paths[i] });
      }
    }
  };

  g.Deno.modules = {
    __proto__: null,
    // A module was imported and evaluated; `namespace` is what it exports.
    note(key, namespace) {
      if (known.has(key) || !registry.isAwake()) return;
      known.set(key, walk(namespace));
      names = undefined;
    },
    fail(key, why) {
      failures.set(key, why);
    },
    // Set by wasm_globals.js: instantiates a module of the configuration, which makes it known here.
    provideWasm: undefined,
    isWasm: (key) => StringPrototypeSlice(key, 0, WASM.length) === WASM,
    // Why there is no such module; undefined when there is.
    missing(key) {
      if (!known.has(key) && this.isWasm(key)) {
        try {
          this.provideWasm(StringPrototypeSlice(key, WASM.length));
        } catch {
          return "the server has no such WebAssembly module any more, or none of it here";
        }
      }
      return known.has(key) ? undefined : failures.get(key) ?? "it was not imported";
    },
    nameOf(value) {
      if (known.size === 0) return undefined;
      index();
      return names.get(value);
    },
    at(key, path) {
      let object = known.get(key)?.namespace;
      const steps = stepsOf(path);
      for (let i = 0; i < steps.length && object !== undefined && object !== null; i++) {
        const kind = steps[i][0];
        if (kind === PROTO) {
          object = ObjectGetPrototypeOf(object);
          continue;
        }
        const property = own(object, StringPrototypeSlice(steps[i], 1));
        object = property === undefined ? undefined : kind === VALUE ? property.value : kind === GET ? property.get : property.set;
      }
      return object;
    },
    // Calls back with what a script has done to the objects of modules since they were imported.
    changes(report) {
      known.forEach(({ objects, paths, had }, key) => {
        // The first is the namespace: its values are the module's own.
        for (let at = 1; at < objects.length; at++) {
          if (differs(objects[at], had[at])) report(`${key}${readable(paths[at])}`);
        }
      });
    },
  };
  const stepsOf = (path) => {
    const steps = list();
    for (let from = 1; from < path.length;) {
      const end = StringPrototypeIndexOf(path, STEP, from);
      append(steps, StringPrototypeSlice(path, from, end < 0 ? path.length : end));
      from = end < 0 ? path.length : end + 1;
    }
    return steps;
  };
  const differs = (object, parts) => {
    if (ArrayBufferIsView(object)) return false;
    const keys = ReflectOwnKeys(object);
    if (keys.length <= KEYS && keys.length * 2 !== parts.length) return true;
    for (let i = 0; i < parts.length; i += 2) {
      const property = own(object, parts[i]);
      if (property === undefined || !ObjectIs(isData(property) ? property.value : property.get, parts[i + 1])) return true;
    }
    return false;
  };
  const readable = (path) => {
    let text = "";
    const steps = stepsOf(path);
    for (let i = 0; i < steps.length; i++) {
      text += steps[i] === PROTO ? ".[[Prototype]]" : `.${StringPrototypeSlice(steps[i], 1)}`;
    }
    return text;
  };
})();
