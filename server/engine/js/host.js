// What the worker calls: enter (once, hides the host), declare, settle, leave. Last of the base's scripts.
"use strict";
(() => {
  const g = globalThis;
  const deno = g.Deno;
  const {
    cancelTimers, completeCreator, core, load, modules, registry, renewConsole, save, setTimeOrigin, wasmGlobals,
    withoutSharedMemory,
  } = deno;
  const { op_drain_pending_rejections, op_mcp_completed } = core.ops;
  const {
    ArrayIsArray, DatePrototypeGetTime, ErrorPrototype, JSONStringify, NumberIsFinite, ObjectDefineProperty, ObjectGetOwnPropertyDescriptor,
    ObjectGetPrototypeOf, ObjectIs, ObjectIsExtensible, ObjectKeys, ObjectPrototypeIsPrototypeOf, PromisePrototypeThen, PromiseResolve, ReflectOwnKeys, SafeMap, SafeSet,
    StringPrototypeIncludes, StringPrototypeIndexOf, StringPrototypeSlice, StringPrototypeToWellFormed, SyntaxError,
  } = g.__bootstrap.primordials;
  const { begin, end, text, threw } = deno.report;
  const DEPTH = 200;
  // The number of the current run: a promise of an earlier one settles nothing.
  let run = 0;

  const special = (value) =>
    core.isMap(value) || core.isSet(value) || core.isProxy(value) || core.isNativeError(value) ||
    core.isRegExp(value) || core.isPromise(value) || core.isArrayBufferView(value) || core.isAnyArrayBuffer(value) ||
    core.isWeakMap(value) || core.isWeakSet(value) || core.isBoxedPrimitive(value) || core.isGeneratorObject(value) ||
    ObjectPrototypeIsPrototypeOf(ErrorPrototype, value);

  // JSON says everything about the value that a reader needs.
  const sayable = (value, depth) => {
    switch (typeof value) {
      case "string":
      case "boolean":
      case "undefined":
        return true;
      case "number":
        return NumberIsFinite(value) && !ObjectIs(value, -0);
      case "object":
        break;
      default:
        return false;
    }
    if (value === null) return true;
    if (core.isDate(value)) return NumberIsFinite(DatePrototypeGetTime(value));
    if (depth > DEPTH || special(value)) return false;
    if (ArrayIsArray(value)) {
      for (let i = 0; i < value.length; i++) {
        if (value[i] === undefined || !sayable(value[i], depth + 1)) return false;
      }
      return true;
    }
    if (typeof value.toJSON === "function") return true;
    const keys = ObjectKeys(value);
    for (let i = 0; i < keys.length; i++) {
      if (!sayable(value[keys[i]], depth + 1)) return false;
    }
    // An instance without data of its own says nothing as {}.
    return keys.length > 0 || ObjectGetPrototypeOf(value) === null || value.constructor === g.Object;
  };

  const wellFormed = (_key, value) => typeof value === "string" ? StringPrototypeToWellFormed(value) : value;

  const completed = (value) => {
    if (value === undefined) return op_mcp_completed(0, "");
    try {
      if (sayable(value, 0)) {
        let json = JSONStringify(value);
        // A lone surrogate is no character: JSON readers refuse its escape.
        if (typeof json === "string" && StringPrototypeIncludes(json, "\\ud")) json = JSONStringify(value, wellFormed);
        if (typeof json === "string") return op_mcp_completed(1, json);
      }
    } catch {
      // A getter or toJSON threw, or the value is too deep: its text will do.
    }
    op_mcp_completed(2, text(value));
  };

  // What a capability is made from.
  const { internals } = g.__bootstrap;
  const inner = {
    __proto__: null, core, primordials: g.__bootstrap.primordials, load: (file) => core.loadExtScript(`ext:deno_web/${file}`),
    FormData: g.FormData,
    // What is called at the end of every run.
    ends: [],
  };
  // The globals of a fresh world: what differs from them is the session's.
  const baseline = new SafeMap();

  let entered = false;
  // Files of capabilities that were granted.
  const granted = new SafeSet();
  // A `Deno` of the user's own, while deno_core needs its own in this place.
  let users;

  const host = {
    __proto__: null,
    // Hides the host from user code, before any of it runs. `creator`: V8 snapshots are taken of this isolate.
    enter(creator) {
      setTimeOrigin();
      if (!entered) {
        if (creator) completeCreator();
        else withoutSharedMemory(g.WebAssembly);
        if (!creator) wasmGlobals.enter(g.WebAssembly);
        delete g.__bootstrap;
      }
      entered = true;
      // What it makes at its first use is there before the handles are counted.
      if (creator) text([]);
      host.hide();
    },
    // Before a V8 snapshot: the console holds no native object.
    renew: renewConsole,
    // Puts deno_core's own object where it looks when the snapshot is restored; no user code runs until then. A text says
    // why that cannot be.
    expose() {
      const known = ObjectGetOwnPropertyDescriptor(g, "Deno");
      if (known === undefined ? !ObjectIsExtensible(g) : !known.configurable) {
        return known === undefined
          ? "the global object was made non-extensible"
          : "the script made its global `Deno` non-configurable";
      }
      users = known;
      ObjectDefineProperty(g, "Deno", { __proto__: null, value: deno, writable: true, enumerable: false, configurable: true });
      return "";
    },
    hide() {
      delete g.Deno;
      if (users !== undefined) ObjectDefineProperty(g, "Deno", users);
      users = undefined;
    },
    // Gives a script a capability, from a text that is only compiled where it is wanted. `make` is the function in it.
    // A heap that was restored may have it already, and what the script has made of it since.
    grant(file, make) {
      if (granted.has(file)) return;
      granted.add(file);
      const values = make(inner);
      for (const name in values) {
        ObjectDefineProperty(g, name, {
          __proto__: null, value: values[name], writable: true, enumerable: false, configurable: true,
        });
        baseline.set(name, ObjectGetOwnPropertyDescriptor(g, name));
        // `node:` modules that re-export it.
        internals.granted[name]?.(values[name], inner);
      }
    },
    // Gives a script the globals of configured WebAssembly.
    wasm: (names) => wasmGlobals.define(names, (name) => baseline.set(name, ObjectGetOwnPropertyDescriptor(g, name))),
    // Before the first run of a session: what is here now is the platform's, and what comes is the session's.
    open() {
      registry.wake();
      const own = ReflectOwnKeys(g);
      for (let i = 0; i < own.length; i++) baseline.set(own[i], { __proto__: null, ...ObjectGetOwnPropertyDescriptor(g, own[i]) });
    },
    // Writes the session's own globals, and all they lead to, as a portable graph; reads them back in a fresh world.
    save: () => save(baseline),
    // Imports what the session had imported (`keys`: type, a space, specifier), or learns what a run has. The promises are
    // settled by the event loop; what does not come is said when it is missed.
    bring(keys) {
      for (let i = 0; i < keys.length; i++) {
        const space = StringPrototypeIndexOf(keys[i], " ");
        const type = StringPrototypeSlice(keys[i], 0, space);
        const specifier = StringPrototypeSlice(keys[i], space + 1);
        const imported = type === "" ? import(specifier) : import(specifier, { __proto__: null, with: { __proto__: null, type } });
        PromisePrototypeThen(imported, (namespace) => modules.note(keys[i], namespace), (error) => {
          const message = core.isNativeError(error) ? ObjectGetOwnPropertyDescriptor(error, "message")?.value : undefined;
          modules.fail(keys[i], typeof message === "string" ? message : "it threw when it was imported");
        });
      }
    },
    load,
    // Makes the run's names properties of the global object. `fresh`: let, const, class; `kept`: var.
    declare(fresh, kept) {
      begin();
      for (let i = 0; i < fresh.length; i++) {
        const known = ObjectGetOwnPropertyDescriptor(g, fresh[i]);
        if (known !== undefined && !known.configurable) {
          if (!known.writable) throw new SyntaxError(`the name '${fresh[i]}' cannot be declared here`);
          g[fresh[i]] = undefined;
          continue;
        }
        ObjectDefineProperty(g, fresh[i], {
          __proto__: null, value: undefined, writable: true, enumerable: true, configurable: true,
        });
      }
      for (let i = 0; i < kept.length; i++) {
        if (ObjectGetOwnPropertyDescriptor(g, kept[i]) !== undefined) continue;
        ObjectDefineProperty(g, kept[i], {
          __proto__: null, value: undefined, writable: true, enumerable: true, configurable: true,
        });
      }
    },
    // A promise is waited for; anything else is looked at without touching it.
    settle(value) {
      if (!core.isPromise(value)) return completed(value);
      const mine = run;
      const during = (step) => (settled) => {
        if (mine === run) step(settled);
      };
      PromisePrototypeThen(PromiseResolve(value), during(completed), during(threw));
    },
    threw,
    // After a run: no timer of it is left, no rejection of it waits to be reported, and its constants are constant. False
    // while something of it is under way.
    leave(constants) {
      run++;
      end();
      for (let i = 0; i < inner.ends.length; i++) inner.ends[i]();
      cancelTimers();
      op_drain_pending_rejections();
      for (let i = 0; i < constants.length; i++) {
        const known = ObjectGetOwnPropertyDescriptor(g, constants[i]);
        if (known === undefined || !known.configurable) continue;
        ObjectDefineProperty(g, constants[i], { __proto__: null, writable: false });
      }
      return !core.eventLoopHasMoreWork();
    },
  };
  deno.host = host;
  const hidden = [
    "cancelTimers", "completeCreator", "renewConsole", "report", "setTimeOrigin", "withoutSharedMemory", "lists", "registry", "views",
    "format", "kinds", "newFunctions", "setSource", "settle", "save", "shells", "load", "modules", "wasmGlobals",
  ];
  for (const name of hidden) delete deno[name];
})();
