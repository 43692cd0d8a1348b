// From the live session to a portable graph: every object reachable from the session's own globals, in the order they
// are met, each once. No user code runs: no getter, no proxy trap, no overridden method is called.
"use strict";
(() => {
  const g = globalThis;
  const { core, registry, format, kinds } = g.Deno;
  const { op_mcp_save_end, op_mcp_save_nodes } = core.ops;
  const { value: V, node: N, property: P, shape: S } = format;
  const {
    ArrayIsArray, ArrayPrototypePush, ArrayPrototypeSort, BigIntPrototypeToString, Float64Array, JSONStringify,
    NumberIsInteger, ObjectGetOwnPropertyDescriptor, ObjectGetPrototypeOf, ObjectIs, ObjectIsExtensible, ObjectPrototype,
    ReflectOwnKeys, SafeMap, SafeSet, String, SymbolKeyFor, TypedArrayPrototypeGetBuffer, Uint8Array,
  } = g.__bootstrap.primordials;
  const CHUNK = 1 << 16;
  // Longest list of what is lost that is kept; the rest is counted.
  const LOST_KEPT = 100;

  // One save. Everything of it is dropped afterwards.
  class Save {
    constructor() {
      this.bytes = new Uint8Array(CHUNK);
      this.at = 0;
      // Where each node starts.
      this.starts = [];
      this.flushed = 0;
      this.double = new Float64Array(1);
      this.doubleBytes = new Uint8Array(TypedArrayPrototypeGetBuffer(this.double));
      this.strings = [];
      this.stringIds = new SafeMap();
      this.buffers = [];
      this.nodes = [];
      this.ids = new SafeMap();
      // For the path of a node: the node it was met in, and the key there.
      this.metIn = [];
      this.metAt = [];
      this.lost = [];
      this.lostCount = 0;
      this.gone = new SafeMap();
      // [node, the node it cannot be without, whether as an instance of it]
      this.needs = [];
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
        ArrayPrototypePush(this.strings, text);
      }
      this.varint(id);
    }
    buffer(view) {
      this.varint(this.buffers.length);
      ArrayPrototypePush(this.buffers, view);
    }
    // The number of a node, which is met now if it was not before.
    idOf(node, owner, key) {
      let id = this.ids.get(node);
      if (id === undefined) {
        id = this.nodes.length;
        this.ids.set(node, id);
        ArrayPrototypePush(this.nodes, node);
        ArrayPrototypePush(this.metIn, owner);
        ArrayPrototypePush(this.metAt, key);
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
        const registered = typeof value === "symbol" ? SymbolKeyFor(value) : undefined;
        if (registered !== undefined) {
          this.byte(V.REGISTERED_SYMBOL);
          return this.string(registered);
        }
      }
      this.byte(V.NODE);
      this.varint(this.idOf(value, owner, key));
    }

    // All own properties but those in `except`.
    properties(id, object, except) {
      const own = ReflectOwnKeys(object);
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
      const accessor = property.get !== undefined || property.set !== undefined;
      const flags = (property.enumerable ? P.ENUMERABLE : 0) | (property.writable ? P.WRITABLE : 0) |
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
    // What any object has: its prototype where it is not `usual`, whether it is extensible, its properties.
    standing(id, object, usual, except) {
      const prototype = ObjectGetPrototypeOf(object);
      const own = ReflectOwnKeys(object).length > (except?.size ?? 0) || except === undefined;
      const shape = (prototype === usual ? 0 : S.OWN_PROTOTYPE) | (ObjectIsExtensible(object) ? 0 : S.NOT_EXTENSIBLE) |
        (own ? S.PROPERTIES : 0);
      this.byte(shape);
      if (shape & S.OWN_PROTOTYPE) {
        this.value(prototype, id, "[[Prototype]]");
        if (prototype !== null && this.ids.has(prototype)) this.need(id, this.ids.get(prototype), true);
      }
      if (own) this.properties(id, object, except);
    }
    need(id, other, asInstance) {
      ArrayPrototypePush(this.needs, [id, other, asInstance]);
    }

    // A node that cannot be kept.
    lose(id, reason) {
      this.gone.set(id, reason);
    }
    pathOf(id) {
      let path = "";
      for (let at = id; at > 0; at = this.metIn[at]) {
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
          if (this.gone.has(need[0])) continue;
          const reason = this.gone.has(need[1])
            ? `it needs ${this.pathOf(need[1])}, which cannot be kept`
            : need[2] ? this.functions.instanceless(this, need[1], need[0]) : undefined;
          if (reason !== undefined) {
            this.gone.set(need[0], reason);
            more = true;
          }
        }
      }
    }
    say(name, reason) {
      this.lostCount++;
      if (this.lost.length < LOST_KEPT) ArrayPrototypePush(this.lost, { __proto__: null, name, reason });
    }

    // Node 0 stands for the session: its properties are the globals that are its own.
    run(baseline) {
      ArrayPrototypePush(this.nodes, undefined);
      ArrayPrototypePush(this.metIn, -1);
      ArrayPrototypePush(this.metAt, "");
      const names = ownNames(baseline);
      ArrayPrototypePush(this.starts, 0);
      this.varint(names.kept.length);
      for (let i = 0; i < names.kept.length; i++) this.property(0, g, names.kept[i]);
      this.varint(names.removed.length);
      for (let i = 0; i < names.removed.length; i++) this.value(names.removed[i], 0, names.removed[i]);
      // The list grows while it is walked.
      for (let id = 1; id < this.nodes.length; id++) {
        ArrayPrototypePush(this.starts, this.flushed + this.at);
        kinds.write(this, id, this.nodes[id]);
      }
      this.functions.share(this);
      this.spread();
      this.gone.forEach((reason, id) => this.say(this.pathOf(id), reason));
      registry.changes((path) => this.say(path, "changes to built-in objects are not kept"));
      const gone = [];
      this.gone.forEach((_reason, id) => ArrayPrototypePush(gone, id));
      this.flush();
      if (this.lostCount > this.lost.length) {
        const rest = this.lostCount - this.lost.length;
        ArrayPrototypePush(this.lost, { __proto__: null, name: "*", reason: `and ${rest} more` });
      }
      op_mcp_save_end(this.strings, this.buffers, gone, this.starts, JSONStringify(this.lost));
    }
  }

  // The session's own globals, sorted, and the platform's that it has removed.
  const ownNames = (baseline) => {
    const kept = [];
    const removed = [];
    const own = ReflectOwnKeys(g);
    for (let i = 0; i < own.length; i++) {
      const before = baseline.get(own[i]);
      if (before === undefined) {
        ArrayPrototypePush(kept, own[i]);
        continue;
      }
      const now = ObjectGetOwnPropertyDescriptor(g, own[i]);
      if (now.value !== before.value || now.get !== before.get) ArrayPrototypePush(kept, own[i]);
    }
    const present = new SafeSet();
    for (let i = 0; i < own.length; i++) present.add(own[i]);
    baseline.forEach((_property, name) => {
      if (!present.has(name)) ArrayPrototypePush(removed, name);
    });
    const byText = (a, b) => String(a) < String(b) ? -1 : 1;
    ArrayPrototypeSort(kept, byText);
    ArrayPrototypeSort(removed, byText);
    return { __proto__: null, kept, removed };
  };

  g.Deno.save = (baseline) => new Save().run(baseline);
})();
