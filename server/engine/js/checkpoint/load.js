// From a portable graph to live objects, in a fresh world: first every node as an empty shell, then what is in them, so
// that cycles close. The mirror of save.js and kinds.js. The bytes were authenticated by the server.
"use strict";
(() => {
  const g = globalThis;
  const { core, registry, format, modules, shells } = g.Deno;
  const { op_mcp_load, op_mcp_load_lost, op_mcp_function_facts } = core.ops;
  const { fn: F, value: V, node: N, property: P, shape: S } = format;
  const {
    ArrayPrototypePush, BigInt, Error, Float64Array, JSONStringify, MapPrototypeSet, ObjectDefineProperty, ObjectGetOwnPropertyDescriptor, ObjectGetPrototypeOf,
    ObjectPreventExtensions, ObjectSetPrototypeOf, ReflectDeleteProperty, ReflectOwnKeys, SafeMap, SafeSet,
    SetPrototypeAdd, SymbolFor, TypedArrayPrototypeGetBuffer, Uint8Array, WeakMapPrototypeSet, WeakSetPrototypeAdd,
  } = g.__bootstrap.primordials;
  // Stands for what is lost.
  const ABSENT = { __proto__: null };

  class Load {
    constructor({ 0: bytes, 1: strings, 2: buffers, 3: gone, 4: starts }) {
      this.bytes = bytes;
      this.at = 0;
      this.strings = strings;
      this.buffers = buffers;
      this.starts = starts;
      this.gone = new SafeSet();
      for (let i = 0; i < gone.length; i++) this.gone.add(gone[i]);
      // What was kept and cannot be made here, in another engine than its own.
      this.lost = [];
      this.absent = ABSENT;
      this.shells = [];
      this.facts = new SafeMap();
      this.closures = new SafeMap();
      this.prototypes = new SafeMap();
      this.settlers = new SafeMap();
      this.unexported = new SafeSet();
      this.double = new Float64Array(1);
      this.doubleBytes = new Uint8Array(TypedArrayPrototypeGetBuffer(this.double));
    }

    byte() {
      return this.bytes[this.at++];
    }
    varint() {
      let n = 0, unit = 1;
      for (;;) {
        const byte = this.bytes[this.at++];
        n += (byte & 0x7f) * unit;
        if (byte < 0x80) return n;
        unit *= 128;
      }
    }
    number() {
      for (let i = 0; i < 8; i++) this.doubleBytes[i] = this.bytes[this.at++];
      return this.double[0];
    }
    string() {
      return this.strings[this.varint()];
    }
    value() {
      switch (this.byte()) {
        case V.UNDEFINED: return undefined;
        case V.NULL: return null;
        case V.FALSE: return false;
        case V.TRUE: return true;
        case V.INTEGER: {
          const n = this.varint();
          return n % 2 === 0 ? n / 2 : -(n + 1) / 2;
        }
        case V.DOUBLE: return this.number();
        case V.STRING: return this.string();
        case V.BIGINT: return BigInt(this.string());
        case V.NODE: return this.shell(this.varint());
        case V.PLATFORM: return this.platform(this.string());
        case V.REGISTERED_SYMBOL: return SymbolFor(this.string());
        case V.MODULE: return this.export(this.string(), this.string());
      }
      throw new Error("the checkpoint holds a value of an unknown kind");
    }
    platform(path) {
      const found = registry.at(path);
      if (found !== undefined) return found;
      this.lose(path, "this engine has no such object");
      return ABSENT;
    }
    export(key, path) {
      const why = modules.missing(key);
      const found = why === undefined ? modules.at(key, path) : undefined;
      if (found !== undefined && found !== null) return found;
      const name = `module ${key}`;
      if (!this.unexported.has(name)) this.lose(name, `${why ?? "it does not export any more what the session uses"}; what came from it is gone, and instances of its classes are plain objects`);
      this.unexported.add(name);
      return ABSENT;
    }
    lose(name, reason) {
      ArrayPrototypePush(this.lost, { __proto__: null, name, reason });
    }
    // The node that a value refers to, if it does, without making it.
    reference() {
      if (this.bytes[this.at] === V.NODE) {
        this.at++;
        return this.varint();
      }
      this.skip();
      return undefined;
    }
    skip() {
      switch (this.byte()) {
        case V.INTEGER: case V.STRING: case V.BIGINT: case V.NODE: case V.PLATFORM: case V.REGISTERED_SYMBOL:
          this.varint();
          return;
        case V.MODULE:
          this.varint();
          this.varint();
          return;
        case V.DOUBLE:
          this.at += 8;
      }
    }

    // --- shells
    shell(id) {
      if (this.gone.has(id)) return ABSENT;
      const known = this.shells[id];
      if (known !== undefined) return known;
      const back = this.at;
      this.at = this.starts[id];
      const made = shells[this.byte()](this, id);
      this.at = back;
      this.shells[id] = made;
      return made;
    }
    // Functions come first: they bring the objects in their `prototype` along.
    callables() {
      const ids = [];
      const sources = [];
      for (let id = 1; id < this.starts.length; id++) {
        this.at = this.starts[id];
        const kind = this.byte();
        if ((kind !== N.FUNCTION && kind !== N.CLASS) || this.gone.has(id)) continue;
        ArrayPrototypePush(ids, id);
        ArrayPrototypePush(sources, this.string());
      }
      if (ids.length === 0) return;
      const facts = op_mcp_function_facts(sources);
      for (let i = 0; i < ids.length; i++) this.facts.set(ids[i], facts[i]);
      // Classes are met before what they extend: from the last, so that no long chain of them is a deep recursion.
      for (let i = ids.length - 1; i >= 0; i--) this.shell(ids[i]);
    }
    // What a class extends: its own prototype, written after everything else of its head.
    heritage(id) {
      const back = this.at;
      this.toStanding(id);
      const parent = this.byte() & S.OWN_PROTOTYPE ? this.value() : undefined;
      this.at = back;
      return parent;
    }
    toStanding(id) {
      this.at = this.starts[id] + 1;
      this.string();
      this.byte();
      const count = this.varint();
      for (let i = 0; i < count; i++) {
        this.varint();
        this.skip();
      }
      this.skip();
    }

    // --- contents
    fill(id) {
      const object = this.shells[id];
      this.at = this.starts[id];
      const kind = this.byte();
      switch (kind) {
        case N.OBJECT: return this.standing(object, false);
        case N.ARRAY: return this.array(object);
        case N.MAP: case N.WEAK_MAP: return this.entries(object, kind === N.MAP ? MapPrototypeSet : WeakMapPrototypeSet, kind);
        case N.SET: case N.WEAK_SET: return this.members(object, kind === N.SET ? SetPrototypeAdd : WeakSetPrototypeAdd);
        case N.DATE: this.at += 8; return this.standing(object, false);
        case N.REGEXP: this.varint(); this.varint(); return this.standing(object, false);
        case N.ERROR: return this.error(object);
        case N.BOXED: this.skip(); return this.standing(object, false);
        case N.BUFFER: this.varint(); this.varint(); return this.standing(object, false);
        case N.VIEW: this.varint(); this.skip(); this.varint(); this.varint(); return this.standing(object, false);
        case N.FUNCTION: case N.CLASS: return this.callable(id, object);
        case N.METHOD: this.varint(); this.byte(); this.skip(); return this.standing(object, true);
        case N.URL: case N.URL_SEARCH_PARAMS: this.varint(); this.skip(); return this.standing(object, false);
        case N.INTL: this.varint(); this.varint(); return this.standing(object, false);
        case N.PROMISE: this.byte(); this.skip(); return this.standing(object, false);
        case N.TEXT_ENCODER: return this.standing(object, false);
        case N.TEXT_DECODER: this.varint(); this.byte(); return this.standing(object, false);
        case N.BLOB: this.varint(); this.skip(); this.at += 8; this.varint(); return this.standing(object, false);
        case N.DOM_EXCEPTION: this.varint(); this.varint(); return this.error(object);
      }
    }
    array(array) {
      array.length = this.varint();
      const dense = this.varint();
      for (let i = 0; i < dense; i++) {
        const value = this.value();
        array[i] = value === ABSENT ? undefined : value;
      }
      this.standing(array, false);
    }
    entries(map, set, kind) {
      const count = kind === N.MAP ? this.varint() : this.varint() / 2;
      for (let i = 0; i < count; i++) {
        const key = this.value();
        const value = this.value();
        if (key !== ABSENT) set(map, key, value === ABSENT ? undefined : value);
      }
      this.standing(map, false);
    }
    members(set, add) {
      const count = this.varint();
      for (let i = 0; i < count; i++) {
        const value = this.value();
        if (value !== ABSENT) add(set, value);
      }
      this.standing(set, false);
    }
    error(error) {
      const stack = this.value();
      ReflectDeleteProperty(error, "stack");
      if (stack !== undefined) define(error, "stack", stack, P.WRITABLE | P.CONFIGURABLE);
      this.standing(error, false);
    }
    promise(id) {
      this.at = this.starts[id] + 1;
      const state = this.byte();
      const result = this.value();
      const { resolve, reject } = this.settlers.get(id);
      if (state === 1) resolve(result === ABSENT ? undefined : result);
      else reject(result === ABSENT ? undefined : result);
    }
    callable(id, fn) {
      const closure = this.closures.get(id);
      if (closure !== undefined) {
        this.at = closure.values;
        const values = [];
        for (let i = 0; i < closure.count; i++) {
          this.varint();
          ArrayPrototypePush(values, this.value());
        }
        closure.setter(values);
      }
      this.at = this.starts[id] + 1;
      this.string();
      const fixed = (this.byte() & F.FIXED_PROTOTYPE) !== 0;
      this.toStanding(id);
      this.standing(fn, true);
      const prototype = this.prototypes.get(id);
      if (prototype === undefined || this.gone.has(prototype)) return;
      const object = this.shell(prototype);
      if (ObjectGetOwnPropertyDescriptor(fn, "prototype")?.value !== object) {
        ObjectDefineProperty(fn, "prototype", { __proto__: null, value: object });
      }
      if (fixed) ObjectDefineProperty(fn, "prototype", { __proto__: null, writable: false });
      // It came with the function and may have what the saved one had not.
      const back = this.at;
      this.at = this.starts[prototype] + 1;
      prune(object, this.keys());
      this.at = back;
    }
    // The keys of an object, from where it stands.
    keys() {
      const shape = this.byte();
      if (shape & S.OWN_PROTOTYPE) this.skip();
      return shape & S.PROPERTIES ? this.keyList() : [];
    }
    keyList() {
      const keys = [];
      const count = this.varint();
      for (let i = 0; i < count; i++) {
        ArrayPrototypePush(keys, this.value());
        const flags = this.byte();
        this.skip();
        if (flags & P.ACCESSOR) this.skip();
      }
      return keys;
    }
    // Prototype, properties, extensibility. `had`: the object came with properties of its own.
    standing(object, had) {
      const shape = this.byte();
      const usual = !(shape & S.OWN_PROTOTYPE);
      if (!usual) {
        const prototype = this.value();
        if (prototype !== ABSENT && ObjectGetPrototypeOf(object) !== prototype) ObjectSetPrototypeOf(object, prototype);
      }
      if (shape & S.PROPERTIES) {
        if (had) {
          const back = this.at;
          prune(object, this.keyList());
          this.at = back;
        }
        this.properties(object, usual && !had);
      }
      if (shape & S.NOT_EXTENSIBLE) ObjectPreventExtensions(object);
    }
    properties(object, usual) {
      const count = this.varint();
      for (let i = 0; i < count; i++) this.property(object, this.value(), usual);
    }
    property(object, key, usual) {
      const flags = this.byte();
      if (flags & P.ACCESSOR) {
        const get = this.value();
        const set = this.value();
        if (key === ABSENT || get === ABSENT || set === ABSENT) return;
        ObjectDefineProperty(object, key, {
          __proto__: null, get, set, enumerable: (flags & P.ENUMERABLE) !== 0, configurable: (flags & P.CONFIGURABLE) !== 0,
        });
        return;
      }
      const value = this.value();
      if (key === ABSENT || value === ABSENT) return;
      // Nothing on the prototypes of the platform is a setter but __proto__.
      if (usual && flags === P.PLAIN && key !== "__proto__") object[key] = value;
      else define(object, key, value, flags);
    }

    // Node 0 is the session. Its primitive globals come first: the source of a class may need them.
    run() {
      this.at = this.starts[0];
      const count = this.varint();
      for (let i = 0; i < count; i++) {
        const key = this.bytes[this.at] === V.STRING ? this.value() : this.skip();
        const plain = key !== undefined && (this.bytes[this.at] & P.ACCESSOR) === 0 && this.bytes[this.at + 1] < V.NODE;
        if (plain) this.property(g, key, false);
        else this.skipProperty();
      }
      this.callables();
      for (let id = 1; id < this.starts.length; id++) this.shell(id);
      // While nothing is in the objects yet, a result with a method `then` is not taken for a promise.
      this.settlers.forEach((_settler, id) => this.promise(id));
      for (let id = 1; id < this.starts.length; id++) {
        if (!this.gone.has(id) && this.shells[id] !== ABSENT) this.fill(id);
      }
      this.at = this.starts[0];
      this.properties(g, false);
      const removed = this.varint();
      for (let i = 0; i < removed; i++) ReflectDeleteProperty(g, this.value());
      if (this.lost.length > 0) op_mcp_load_lost(JSONStringify(this.lost));
    }
    skipProperty() {
      const flags = this.byte();
      this.skip();
      if (flags & P.ACCESSOR) this.skip();
    }
  }
  const define = (object, key, value, flags) => ObjectDefineProperty(object, key, {
    __proto__: null, value, writable: (flags & P.WRITABLE) !== 0, enumerable: (flags & P.ENUMERABLE) !== 0,
    configurable: (flags & P.CONFIGURABLE) !== 0,
  });
  // Removes what an object that came with properties should not have, and what stands in another order than it should:
  // it is defined again.
  const prune = (object, keys) => {
    const wanted = new SafeSet();
    for (let i = 0; i < keys.length; i++) wanted.add(keys[i]);
    const own = ReflectOwnKeys(object);
    let at = 0, ordered = true;
    for (let i = 0; i < own.length; i++) {
      if (!wanted.has(own[i])) {
        ReflectDeleteProperty(object, own[i]);
      } else {
        while (at < keys.length && keys[at] !== own[i]) at++;
        ordered = ordered && at < keys.length;
      }
    }
    for (let i = 0; !ordered && i < own.length; i++) ReflectDeleteProperty(object, own[i]);
  };

  g.Deno.load = () => new Load(op_mcp_load()).run();
})();
