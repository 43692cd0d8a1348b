// Functions and classes in the graph: by their source, with the variables they close over where those can be told. A
// function that cannot be made again from that is lost, and the reason says why.
"use strict";
(() => {
  const g = globalThis;
  const { console } = g;
  const { core, registry, format } = g.Deno;
  const { op_mcp_function_facts, op_mcp_function_scopes } = core.ops;
  const { node: N, slot: SLOT, value: V } = format;
  const {
    ArrayPrototypeIncludes, ArrayPrototypePush, FunctionPrototype, FunctionPrototypeToString, ObjectGetOwnPropertyDescriptor, ObjectGetPrototypeOf,
    ObjectHasOwn, ObjectIs, ReflectDeleteProperty, ReflectOwnKeys, SafeMap, SafeSet, SafeWeakMap, StringPrototypeIncludes,
  } = globalThis.__bootstrap.primordials;
  const usual = {
    __proto__: null,
    plain: FunctionPrototype,
    async: ObjectGetPrototypeOf(async () => {}),
    generator: ObjectGetPrototypeOf(function* () {}),
    asyncGenerator: ObjectGetPrototypeOf(async function* () {}),
  };
  // The source of a function that was made again by load.js, where V8 has an edited one.
  const sources = new SafeWeakMap();
  // What is known of functions that close over nothing: it never changes.
  const settled = new SafeWeakMap();
  const PROTOTYPE = new SafeSet();
  PROTOTYPE.add("prototype");
  const NONE = new SafeSet();

  const sourceOf = (fn) => sources.get(fn) ?? FunctionPrototypeToString(fn);

  class Functions {
    constructor() {
      this.facts = new SafeMap();
      // Members of classes by node: [class node, key, slot].
      this.members = new SafeMap();
      // Prototypes of classes, and why they have no instances that can be kept, if so.
      this.prototypes = new SafeMap();
      // Variables closed over, by name: [node, whether it changes it, the value].
      this.closedOver = new SafeMap();
    }

    // Facts of all functions met so far and not looked at, in two calls instead of two for each.
    look(save, from) {
      const fns = [];
      const texts = [];
      for (let id = from; id < save.nodes.length; id++) {
        const fn = save.nodes[id];
        if (typeof fn !== "function" || this.facts.has(fn) || this.members.has(id) || core.isProxy(fn)) continue;
        const known = settled.get(fn);
        if (known !== undefined) {
          this.facts.set(fn, known);
          continue;
        }
        ArrayPrototypePush(fns, fn);
        ArrayPrototypePush(texts, sourceOf(fn));
      }
      if (fns.length === 0) return;
      const facts = op_mcp_function_facts(texts);
      const open = [];
      for (let i = 0; i < fns.length; i++) {
        const own = { __proto__: null, ...facts[i], source: texts[i], captured: [] };
        this.facts.set(fns[i], own);
        if (own.free.length > 0) ArrayPrototypePush(open, fns[i]);
        else settled.set(fns[i], own);
      }
      if (open.length > 0) this.close(open);
    }
    // Which free names are variables of an enclosing function, by the scopes that V8 keeps for it.
    close(open) {
      const scopes = op_mcp_function_scopes(open);
      // V8's inspector leaves it behind.
      ReflectDeleteProperty(console, "createTask");
      for (let i = 0; i < open.length; i++) {
        const facts = this.facts.get(open[i]);
        if (scopes === null || scopes[i] === undefined || scopes[i] === null) {
          facts.reason = "what it closes over cannot be told";
          continue;
        }
        for (let k = 0; k < facts.free.length; k++) {
          const at = find(scopes[i], facts.free[k]);
          if (at === undefined) continue;
          const value = ObjectGetOwnPropertyDescriptor(at, facts.free[k]).value;
          // Its own name, which its source brings along.
          if (value === open[i] && facts.free[k] === facts.name) continue;
          ArrayPrototypePush(facts.captured, [facts.free[k], value]);
        }
        if (facts.captured.length === 0) settled.set(open[i], facts);
      }
    }

    write(save, id, fn) {
      const member = this.members.get(id);
      if (member !== undefined) return this.writeMember(save, id, fn, member);
      this.look(save, id);
      const facts = this.facts.get(fn);
      const reason = facts.reason;
      if (typeof reason === "string") return save.kinds.lose(save, id, reason);
      const isClass = facts.form === "class";
      save.byte(isClass ? N.CLASS : N.FUNCTION);
      save.string(facts.source);
      save.varint(facts.captured.length);
      for (let i = 0; i < facts.captured.length; i++) {
        const { 0: name, 1: value } = facts.captured[i];
        save.string(name);
        save.value(value, id, name);
        if (save.ids.has(value)) save.need(id, save.ids.get(value), false);
        this.remember(name, id, ArrayPrototypeIncludes(facts.assigned, name), value);
      }
      const prototype = ObjectGetOwnPropertyDescriptor(fn, "prototype")?.value;
      const hasPrototype = typeof prototype === "object" && prototype !== null && !registry.has(prototype);
      if (hasPrototype) {
        save.value(prototype, id, "prototype");
        if (isClass) {
          this.prototypes.set(prototype, facts.instances);
          this.enlist(save, id, fn, facts, SLOT.STATIC);
          this.enlist(save, id, prototype, facts, 0);
        }
      } else {
        save.byte(V.UNDEFINED);
      }
      save.standing(id, fn, usual[facts.kind], hasPrototype ? PROTOTYPE : NONE);
    }
    writeMember(save, id, fn, { 0: owner, 1: key, 2: slot }) {
      save.byte(N.METHOD);
      save.varint(owner);
      save.need(id, owner, false);
      save.byte(slot);
      save.value(key, id, "key");
      save.standing(id, fn, ObjectGetPrototypeOf(fn), NONE);
    }
    // The members that a class's source brings along are not written again, only pointed at.
    enlist(save, id, home, facts, isStatic) {
      const own = ReflectOwnKeys(home);
      for (let i = 0; i < own.length; i++) {
        const property = ObjectGetOwnPropertyDescriptor(home, own[i]);
        this.member(save, id, facts, own[i], property.value, SLOT.VALUE | isStatic);
        this.member(save, id, facts, own[i], property.get, SLOT.GET | isStatic);
        this.member(save, id, facts, own[i], property.set, SLOT.SET | isStatic);
      }
    }
    member(save, id, facts, key, fn, slot) {
      if (typeof fn !== "function" || key === "constructor" || core.isProxy(fn) || registry.has(fn)) return;
      const named = ArrayPrototypeIncludes(facts.members, key) || facts.computed;
      if (!named || !StringPrototypeIncludes(facts.source, FunctionPrototypeToString(fn))) return;
      if (ObjectHasOwn(fn, "prototype") && ObjectGetOwnPropertyDescriptor(fn, "prototype").writable === false) return;
      const node = save.idOf(fn, id, key);
      if (node > id && !this.members.has(node)) this.members.set(node, [id, key, slot]);
    }

    remember(name, id, changes, value) {
      let all = this.closedOver.get(name);
      if (all === undefined) this.closedOver.set(name, all = []);
      ArrayPrototypePush(all, [id, changes, value]);
    }
    // Two functions that close over variables of one name and one value may share one variable. Where one of them
    // changes it, that matters and cannot be told: they are lost, rather than made again with a variable each.
    share(save) {
      this.closedOver.forEach((all, name) => {
        for (let i = 0; i < all.length; i++) {
          for (let k = 0; k < i; k++) {
            if (!(all[i][1] || all[k][1]) || !ObjectIs(all[i][2], all[k][2])) continue;
            const reason = `it may share the changing variable \`${name}\` of an enclosing function with another one`;
            save.lose(all[i][0], reason);
            save.lose(all[k][0], reason);
          }
        }
      });
    }
    // Why an object with this prototype cannot be kept; undefined when it can.
    instanceless(save, node, instance) {
      if (this.prototypes.has(save.nodes[instance]) || typeof save.nodes[instance] === "function") return undefined;
      for (let at = save.nodes[node]; at !== null && !registry.has(at); at = ObjectGetPrototypeOf(at)) {
        if (core.isProxy(at)) return undefined;
        const reason = this.prototypes.get(at);
        if (typeof reason === "string") return reason;
      }
      return undefined;
    }
  }
  const find = (scopes, name) => {
    for (let i = 0; i < scopes.length; i++) {
      const { object } = scopes[i];
    // The last one is the global object, which is no closure.
    if (object !== g && ObjectHasOwn(object, name)) return object;
    }
    return undefined;
  };

  globalThis.Deno.newFunctions = () => new Functions();
  // For load.js: this function has another source than V8 says.
  globalThis.Deno.setSource = (fn, source) => sources.set(fn, source);
})();
