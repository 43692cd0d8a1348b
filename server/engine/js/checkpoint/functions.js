// Functions and classes in the graph: by their source, with the variables they close over where those can be told. A
// function that cannot be made again from that is lost, and the reason says why.
"use strict";
(() => {
  const g = globalThis;
  const { console } = g;
  const { core, registry, format, lists, modules } = g.Deno;
  const { append, apart, dataOf, isData, list } = lists;
  const { op_mcp_function_facts, op_mcp_function_scopes } = core.ops;
  const { fn: F, node: N, slot: SLOT, value: V } = format;
  const {
    ArrayPrototypeIncludes, FunctionPrototype, FunctionPrototypeToString, ObjectDefineProperty,
    ObjectGetOwnPropertyDescriptor, ObjectGetPrototypeOf, ObjectHasOwn, ObjectIs, ReflectApply, ReflectDefineProperty,
    ReflectDeleteProperty, ReflectOwnKeys, SafeMap, SafeSet, SafeWeakMap, StringPrototypeIncludes,
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
      // Members of classes by node: of which class, its key or number there, and its slot.
      this.members = new SafeMap();
      // Members with a computed name that were found, by class, number and slot.
      this.taken = new SafeSet();
      // Prototypes of classes, and why they have no instances that can be kept, if so.
      this.prototypes = new SafeMap();
      // Variables closed over, by name: [node, whether it changes it, the value].
      this.closedOver = new SafeMap();
    }

    // Facts of all functions met so far and not looked at, in two calls instead of two for each.
    look(save, from) {
      const fns = list();
      const texts = list();
      for (let id = from; id < save.nodes.length; id++) {
        const fn = save.nodes[id];
        if (typeof fn !== "function" || this.facts.has(fn) || this.members.has(id) || core.isProxy(fn)) continue;
        const known = settled.get(fn);
        if (known !== undefined) {
          this.facts.set(fn, known);
          continue;
        }
        append(fns, fn);
        append(texts, sourceOf(fn));
      }
      if (fns.length === 0) return;
      const facts = op_mcp_function_facts(texts);
      const open = list();
      for (let i = 0; i < fns.length; i++) {
        const own = { __proto__: null, ...facts[i], source: texts[i], captured: list() };
        this.facts.set(fns[i], own);
        if (own.free.length > 0) append(open, fns[i]);
        else settled.set(fns[i], own);
      }
      if (open.length > 0) this.close(open);
    }
    // Which free names are variables of an enclosing function, by the scopes that V8 keeps for it.
    close(open) {
      const hidden = hide(open);
      const scopes = op_mcp_function_scopes(open);
      unhide(hidden);
      // V8's inspector leaves it behind.
      ReflectDeleteProperty(console, "createTask");
      for (let i = 0; i < open.length; i++) {
        const facts = this.facts.get(open[i]);
        if (scopes === null || !ObjectHasOwn(scopes, i) || scopes[i] === null) {
          facts.reason = "what it closes over cannot be told";
          continue;
        }
        for (let k = 0; k < facts.free.length; k++) {
          const at = find(scopes[i], facts.free[k]);
          if (at === undefined) continue;
          const value = dataOf(at, facts.free[k]);
          // Its own name, which its source brings along.
          if (value === open[i] && facts.free[k] === facts.name) continue;
          append(facts.captured, [facts.free[k], value]);
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
      if (typeof reason === "string") {
        if (facts.form === "class") this.prototypes.set(dataOf(fn, "prototype"), "its class cannot be kept");
        return save.kinds.lose(save, id, reason);
      }
      const isClass = facts.form === "class";
      const prototype = dataOf(fn, "prototype");
      const hasPrototype = typeof prototype === "object" && prototype !== null && !registry.has(prototype);
      if (isClass && hasPrototype) this.prototypes.set(prototype, facts.instances);
      save.byte(isClass ? N.CLASS : N.FUNCTION);
      save.string(facts.source);
      const fixed = hasPrototype && !isClass && !ObjectGetOwnPropertyDescriptor(fn, "prototype").writable;
      save.byte((isSloppy(fn) ? F.SLOPPY : 0) | (fixed ? F.FIXED_PROTOTYPE : 0));
      save.varint(facts.captured.length);
      for (let i = 0; i < facts.captured.length; i++) {
        const { 0: name, 1: value } = facts.captured[i];
        save.string(name);
        save.value(value, id, name);
        if (save.ids.has(value)) save.need(id, save.ids.get(value), false);
        this.remember(name, id, ArrayPrototypeIncludes(facts.assigned, name), value);
      }
      if (hasPrototype) {
        save.value(prototype, id, "prototype");
        if (isClass) {
          this.enlist(save, id, fn, facts, SLOT.STATIC);
          this.enlist(save, id, prototype, facts, 0);
        }
      } else {
        save.byte(V.UNDEFINED);
      }
      save.standing(id, fn, usual[facts.kind], hasPrototype ? PROTOTYPE : NONE);
    }
    writeMember(save, id, fn, { id: owner, place, slot }) {
      save.byte(N.METHOD);
      save.varint(owner);
      save.need(id, owner, false);
      save.byte(slot);
      save.value(place, id, "key");
      save.standing(id, fn, ObjectGetPrototypeOf(fn), NONE);
    }
    // The members that a class's source brings along are not written again, only pointed at.
    enlist(save, id, home, facts, isStatic) {
      const own = ReflectOwnKeys(home);
      for (let i = 0; i < own.length; i++) {
        const property = ObjectGetOwnPropertyDescriptor(home, own[i]);
        if (isData(property)) {
          this.member(save, id, facts, own[i], property.value, SLOT.VALUE | isStatic);
        } else {
          this.member(save, id, facts, own[i], property.get, SLOT.GET | isStatic);
          this.member(save, id, facts, own[i], property.set, SLOT.SET | isStatic);
        }
      }
    }
    member(save, id, facts, key, fn, slot) {
      if (typeof fn !== "function" || key === "constructor" || core.isProxy(fn) || registry.has(fn)) return;
      const text = sourceOf(fn);
      if (!StringPrototypeIncludes(facts.source, text) || isClassLike(fn)) return;
      let place = key;
      if (!ArrayPrototypeIncludes(facts.members, key)) {
        place = this.computed(id, facts, text, slot);
        if (place === undefined) return;
        slot |= SLOT.COMPUTED;
      }
      const node = save.idOf(fn, id, key);
      if (node > id && !this.members.has(node)) this.members.set(node, { __proto__: null, id, place, slot });
    }
    // Which of the members with a computed name this text is: each is taken once.
    computed(id, facts, text, slot) {
      for (let i = 0; i < facts.computed.length; i++) {
        const { text: candidate, isStatic } = facts.computed[i];
        const taken = `${id} ${i} ${slot & (SLOT.GET | SLOT.SET)}`;
        if (candidate !== text || isStatic !== ((slot & SLOT.STATIC) !== 0) || this.taken.has(taken)) continue;
        this.taken.add(taken);
        return i;
      }
      return undefined;
    }

    remember(name, id, changes, value) {
      let all = this.closedOver.get(name);
      if (all === undefined) this.closedOver.set(name, all = list());
      append(all, [id, changes, value]);
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
    // Why an instance of a module's class cannot be kept; undefined when it can, or when it is none.
    instancelessOfModule(prototype) {
      for (let at = prototype; at !== null && !registry.has(at) && !core.isProxy(at); at = ObjectGetPrototypeOf(at)) {
        const constructor = modules.nameOf(at) === undefined ? undefined : dataOf(at, "constructor");
        if (typeof constructor !== "function" || core.isProxy(constructor) || registry.has(constructor)) continue;
        const { form, instances } = op_mcp_function_facts([FunctionPrototypeToString(constructor)])[0];
        if (form === "class" && typeof instances === "string") return instances;
      }
      return undefined;
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
  apart(Functions);
  // Of the functions this getter refuses those of strict mode, and nothing else tells them apart from outside.
  const caller = ObjectGetOwnPropertyDescriptor(FunctionPrototype, "caller")?.get;
  const isSloppy = (fn) => {
    if (caller === undefined) return false;
    try {
      ReflectApply(caller, fn, list());
      return true;
    } catch {
      return false;
    }
  };
  const isClassLike = (fn) => {
    const property = ObjectGetOwnPropertyDescriptor(fn, "prototype");
    return property !== undefined && property.writable === false;
  };
  // The inspector looks at the properties of a function too, and would ask an Error there for its text, which may run
  // a script's getter: it does not see them.
  const hide = (fns) => {
    const hidden = list();
    for (let i = 0; i < fns.length; i++) {
      const own = ReflectOwnKeys(fns[i]);
      for (let k = 0; k < own.length; k++) {
        if (!core.isNativeError(dataOf(fns[i], own[k]))) continue;
        const property = ObjectGetOwnPropertyDescriptor(fns[i], own[k]);
        if (!property.configurable && !property.writable) continue;
        append(hidden, { __proto__: null, fn: fns[i], key: own[k], property: { __proto__: null, ...property } });
        ReflectDefineProperty(fns[i], own[k], { __proto__: null, value: undefined });
      }
    }
    return hidden;
  };
  const unhide = (hidden) => {
    for (let i = 0; i < hidden.length; i++) ObjectDefineProperty(hidden[i].fn, hidden[i].key, hidden[i].property);
  };
  const find = (scopes, name) => {
    for (let i = 0; i < scopes.length; i++) {
      const object = dataOf(scopes[i], "object");
      // The last one is the global object, which is no closure.
      if (object === undefined) continue;
      if (object !== g && ObjectHasOwn(object, name)) return object;
    }
    return undefined;
  };

  globalThis.Deno.newFunctions = () => new Functions();
  // For load.js: this function has another source than V8 says.
  globalThis.Deno.setSource = (fn, source) => sources.set(fn, source);
  // For load.js: this function closes over nothing.
  globalThis.Deno.settle = (fn, facts, source) => settled.set(fn, { __proto__: null, ...facts, source, captured: list() });
})();
