// From the live session to a portable graph: every object reachable from the session's own globals, in the order they
// are met, each once. No user code runs: no getter, no proxy trap, no overridden method is called.
"use strict";
(() => {
  const g = globalThis;
  const { core, registry, format, kinds, lists, modules, wasmGlobals } = g.Deno;
  const { append, apart, isData, list } = lists;
  const { op_mcp_save_end, op_mcp_save_nodes } = core.ops;
  const { value: V, node: N, property: P, shape: S } = format;
  const {
    ArrayPrototypeSort, BigIntPrototypeToString, Float64Array, JSONStringify, NumberIsInteger,
    ObjectGetOwnPropertyDescriptor, ObjectGetPrototypeOf, ObjectIs, ObjectIsExtensible, ReflectOwnKeys, SafeMap, SafeSet,
    String, StringPrototypeSlice, SymbolKeyFor, TypedArrayPrototypeGetBuffer, Uint8Array,
  } = g.__bootstrap.primordials;
  const CHUNK = 1 << 16;
  // Longest list of what is lost that is kept; the rest is counted.
  const LOST_KEPT = 100;
  // Parts of a path, and characters of a name, that are said of something lost.
  const PATH_PARTS = 20, NAME_LENGTH = 200;

  // One save. Everything of it is dropped afterwards.
  class Save {
    constructor() {
      this.bytes = new Uint8Array(CHUNK);
      this.at = 0;
      // Where each node starts.
      this.starts = list();
      this.flushed = 0;
      this.double = new Float64Array(1);
      this.doubleBytes = new Uint8Array(TypedArrayPrototypeGetBuffer(this.double));
      this.strings = list();
      this.stringIds = new SafeMap();
      this.buffers = list();
      this.nodes = list();
      this.ids = new SafeMap();
      // For the path of a node: the node it was met in, and the key there.
      this.metIn = list();
      this.metAt = list();
      this.lost = list();
      this.lostCount = 0;
      // Objects that a V8 snapshot cannot hold: [node, kind].
      this.natives = list();
      this.gone = new SafeMap();
      // Weak collections, written when all else is: [node, its entries].
      this.weak = list();
      // [node, the node it cannot be without, whether as an instance of it]
      this.needs = list();
      // Keys of the modules whose exports the state names.
      this.modules = list();
      this.moduleKeys = new SafeSet();
      this.kinds = kinds;
      this.functions = kinds.newFunctions();
    }

    byte(n) {
      if (this.at === CHUNK) this.flush();
      this.bytes[this.at++] = n;
    }
    flush() {
      op_mcp_save_nodes(this.bytes, this.at);
      this.flushed += this.at;
      this.at = 0;
    }
    varint(n) {
      while (n >= 0x80) {
        this.byte((n % 0x80) | 0x80);
        n = (n - n % 0x80) / 0x80;
      }
      this.byte(n);
    }
    number(n) {
      this.double[0] = n;
      for (let i = 0; i < 8; i++) this.byte(this.doubleBytes[i]);
    }
    string(text) {
      let id = this.stringIds.get(text);
      if (id === undefined) {
        id = this.strings.length;
        this.stringIds.set(text, id);
        append(this.strings, text);
      }
      this.varint(id);
    }
    buffer(view) {
      this.varint(this.buffers.length);
      append(this.buffers, view);
    }
    // The number of a node, which is met now if it was not before.
    idOf(node, owner, key) {
      let id = this.ids.get(node);
      if (id === undefined) {
        id = this.nodes.length;
        this.ids.set(node, id);
        append(this.nodes, node);
        append(this.metIn, owner);
        append(this.metAt, key);
      }
      return id;
    }

    value(value, owner, key) {
      switch (typeof value) {
        case "undefined":
          return this.byte(V.UNDEFINED);
        case "boolean":
          return this.byte(value ? V.TRUE : V.FALSE);
        case "string":
          this.byte(V.STRING);
          return this.string(value);
        case "number":
          if (NumberIsInteger(value) && value >= -1073741824 && value < 1073741824 && !ObjectIs(value, -0)) {
            this.byte(V.INTEGER);
            return this.varint(value < 0 ? -value * 2 - 1 : value * 2);
          }
          this.byte(V.DOUBLE);
          return this.number(value);
        case "bigint":
          this.byte(V.BIGINT);
          return this.string(BigIntPrototypeToString(value));
        default:
          return value === null ? this.byte(V.NULL) : this.reference(value, owner, key);
      }
    }
    reference(value, owner, key) {
      if (!this.ids.has(value)) {
        const path = registry.pathOf(value);
        if (path !== undefined) {
          this.byte(V.PLATFORM);
          return this.string(path);
        }
        const named = modules.nameOf(value);
        if (named !== undefined) return this.export(named);
        const registered = typeof value === "symbol" ? SymbolKeyFor(value) : undefined;
        if (registered !== undefined) {
          this.byte(V.REGISTERED_SYMBOL);
          return this.string(registered);
        }
      }
      this.byte(V.NODE);
      this.varint(this.idOf(value, owner, key));
    }

    // What a module exports, or what its exports lead to.
    export({ key, path }) {
      // What the server's configuration brings is not imported.
      if (!modules.isWasm(key) && !this.moduleKeys.has(key)) {
        this.moduleKeys.add(key);
        append(this.modules, key);
      }
      this.byte(V.MODULE);
      this.string(key);
      this.string(path);
    }

    // The properties of these names but those in `except`.
    properties(id, object, own, except) {
      let count = own.length;
      if (except !== undefined) {
        for (let i = 0; i < own.length; i++) if (except.has(own[i])) count--;
      }
      this.varint(count);
      for (let i = 0; i < own.length; i++) {
        if (except === undefined || !except.has(own[i])) this.property(id, object, own[i]);
      }
    }
    property(id, object, key) {
      const property = ObjectGetOwnPropertyDescriptor(object, key);
      const accessor = !isData(property);
      const flags = (property.enumerable ? P.ENUMERABLE : 0) | (!accessor && property.writable ? P.WRITABLE : 0) |
        (property.configurable ? P.CONFIGURABLE : 0) | (accessor ? P.ACCESSOR : 0);
      this.value(key, id, key);
      this.byte(flags);
      if (accessor) {
        this.value(property.get, id, key);
        this.value(property.set, id, key);
      } else {
        this.value(property.value, id, key);
      }
    }
    // What any object has: its prototype where it is not `usual`, whether it is extensible, its properties. `keys`: its
    // own keys, where they are not all of them.
    standing(id, object, usual, except, keys) {
      const prototype = ObjectGetPrototypeOf(object);
      const own = keys ?? ReflectOwnKeys(object);
      const some = except === undefined || hasOther(own, except);
      const shape = (prototype === usual ? 0 : S.OWN_PROTOTYPE) | (ObjectIsExtensible(object) ? 0 : S.NOT_EXTENSIBLE) |
        (some ? S.PROPERTIES : 0);
      this.byte(shape);
      if (shape & S.OWN_PROTOTYPE) {
        this.value(prototype, id, "[[Prototype]]");
        if (prototype !== null && this.ids.has(prototype)) this.need(id, this.ids.get(prototype), true);
        const reason = prototype === null ? undefined : this.functions.instancelessOfModule(prototype);
        if (reason !== undefined) this.lose(id, reason);
      }
      if (some) this.properties(id, object, own, except);
    }
    need(id, other, asInstance) {
      append(this.needs, { __proto__: null, id, other, asInstance });
    }

    native(id, kind) {
      if (this.natives.length < LOST_KEPT) append(this.natives, { __proto__: null, id, kind });
    }
    // A node that cannot be kept.
    lose(id, reason) {
      this.gone.set(id, reason);
    }
    pathOf(id) {
      let path = "";
      let parts = 0;
      for (let at = id; at > 0; at = this.metIn[at]) {
        if (++parts > PATH_PARTS) return `….${path}`;
        const key = this.metAt[at];
        const part = typeof key === "string" ? key : typeof key === "number" ? `${key}` : `[${String(key)}]`;
        path = path === "" ? part : `${part}.${path}`;
      }
      return path;
    }
    // What needs something lost is lost, until nothing more is.
    spread() {
      let more = true;
      while (more) {
        more = false;
        for (let i = 0; i < this.needs.length; i++) {
          const need = this.needs[i];
          if (this.gone.has(need.id)) continue;
          const reason = this.gone.has(need.other)
            ? `it needs ${cut(this.pathOf(need.other))}, which cannot be kept`
            : need.asInstance ? this.functions.instanceless(this, need.other, need.id) : undefined;
          if (reason !== undefined) {
            this.gone.set(need.id, reason);
            more = true;
          }
        }
      }
    }
    // Writes every node met so far and not written; the list grows meanwhile.
    walk() {
      for (let id = this.starts.length; id < this.nodes.length; id++) {
        append(this.starts, this.flushed + this.at);
        kinds.write(this, id, this.nodes[id]);
      }
    }
    // A weak collection keeps nothing alive: its entries are those whose key something else leads to, in the order in
    // which the keys were met. A value may lead to further keys.
    finishWeak() {
      for (let more = true; more;) {
        more = false;
        for (let i = 0; i < this.weak.length; i++) more = kinds.follow(this, this.weak[i]) || more;
        this.walk();
      }
      for (let i = 0; i < this.weak.length; i++) {
        this.starts[this.weak[i].id] = this.flushed + this.at;
        kinds.writeWeak(this, this.weak[i]);
      }
    }
    say(name, reason) {
      this.lostCount++;
      if (this.lost.length < LOST_KEPT) append(this.lost, { __proto__: null, name: cut(name), reason: cut(reason) });
    }

    // Node 0 stands for the session: its properties are the globals that are its own.
    run(baseline) {
      append(this.nodes, undefined);
      append(this.metIn, -1);
      append(this.metAt, "");
      const names = ownNames(baseline);
      append(this.starts, 0);
      this.varint(names.kept.length);
      for (let i = 0; i < names.kept.length; i++) this.property(0, g, names.kept[i]);
      this.varint(names.removed.length);
      for (let i = 0; i < names.removed.length; i++) this.value(names.removed[i], 0, names.removed[i]);
      this.walk();
      this.finishWeak();
      this.functions.share(this);
      this.spread();
      this.gone.forEach((reason, id) => this.say(this.pathOf(id), reason));
      registry.changes((path) => this.say(path, "changes to built-in objects are not kept"));
      modules.changes((path) => this.say(path, "changes to what a module exports are not kept: it is imported anew"));
      wasmGlobals.stateful((name) => this.say(name, "the memory and variables of a WebAssembly instance are not kept: it begins anew"));
      const gone = list();
      this.gone.forEach((_reason, id) => append(gone, id));
      this.flush();
      if (this.lostCount > this.lost.length) {
        const rest = this.lostCount - this.lost.length;
        append(this.lost, { __proto__: null, name: "*", reason: `and ${rest} more` });
      }
      const natives = list();
      for (let i = 0; i < this.natives.length; i++) {
        const { id, kind } = this.natives[i];
        append(natives, { __proto__: null, name: this.pathOf(id), reason: `no V8 snapshot can hold ${kind}` });
      }
      const account = JSONStringify({ __proto__: null, lost: this.lost, natives, modules: this.modules });
      op_mcp_save_end(this.strings, this.buffers, gone, this.starts, account);
    }
  }

  apart(Save);
  const hasOther = (own, except) => {
    for (let i = 0; i < own.length; i++) if (!except.has(own[i])) return true;
    return false;
  };
  const cut = (text) => text.length > NAME_LENGTH ? `${StringPrototypeSlice(text, 0, NAME_LENGTH)}…` : text;

  // The session's own globals, sorted, and the platform's that it has removed.
  const ownNames = (baseline) => {
    const kept = list();
    const removed = list();
    const own = ReflectOwnKeys(g);
    for (let i = 0; i < own.length; i++) {
      const before = baseline.get(own[i]);
      if (before === undefined) {
        append(kept, own[i]);
        continue;
      }
      if (!same(ObjectGetOwnPropertyDescriptor(g, own[i]), before)) append(kept, own[i]);
    }
    const present = new SafeSet();
    for (let i = 0; i < own.length; i++) present.add(own[i]);
    baseline.forEach((_property, name) => {
      if (!present.has(name)) append(removed, name);
    });
    const byText = (a, b) => String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0;
    ArrayPrototypeSort(kept, byText);
    ArrayPrototypeSort(removed, byText);
    return { __proto__: null, kept, removed };
  };

  const same = (now, before) => {
    if (now.enumerable !== before.enumerable || now.configurable !== before.configurable) return false;
    if (isData(now) !== isData(before)) return false;
    return isData(now)
      ? ObjectIs(now.value, before.value) && now.writable === before.writable
      : now.get === before.get && now.set === before.set;
  };

  g.Deno.save = (baseline) => new Save().run(baseline);
})();
