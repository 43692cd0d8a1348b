// What V8 adds to plain isolates after its own snapshot and not to one that snapshots are taken of, as far as JavaScript
// can add it. Never in the base: V8 adds its own there without looking. host.js calls this once per session.
"use strict";
globalThis.Deno.completeCreator = (() => {
  const {
    Error, ErrorPrototype, Map, MapPrototypeGet, MapPrototypeHas, MapPrototypeSet, ObjectDefineProperty,
    ObjectPrototypeIsPrototypeOf, Promise, ReflectApply, TypeError, WeakMap, WeakMapPrototypeGet, WeakMapPrototypeHas,
    WeakMapPrototypeSet,
  } = globalThis.__bootstrap.primordials;
  const { isNativeError } = globalThis.Deno.core;

  const add = (object, methods) => {
    for (const name in methods) {
      ObjectDefineProperty(object, name, {
        __proto__: null, value: methods[name], writable: true, enumerable: false, configurable: true,
      });
    }
  };
  const inserting = (has, get, set) => ({
    __proto__: null,
    getOrInsert(key, value) {
      if (!has(this, key)) set(this, key, value);
      return get(this, key);
    },
    getOrInsertComputed(key, make) {
      if (typeof make !== "function") throw new TypeError("getOrInsertComputed: the second argument must be a function");
      if (!has(this, key)) set(this, key, make(key));
      return get(this, key);
    },
  });

  return () => {
    // Without it V8 takes no stack.
    Error.stackTraceLimit = 10;
    add(Promise, {
      __proto__: null,
      try(make, ...args) {
        return new this((resolve) => resolve(ReflectApply(make, undefined, args)));
      },
    });
    add(Error, {
      __proto__: null,
      isError: (value) => isNativeError(value) || ObjectPrototypeIsPrototypeOf(ErrorPrototype, value),
    });
    add(Map.prototype, inserting(MapPrototypeHas, MapPrototypeGet, MapPrototypeSet));
    add(WeakMap.prototype, inserting(WeakMapPrototypeHas, WeakMapPrototypeGet, WeakMapPrototypeSet));
  };
})();
