// The globals of configured WebAssembly modules: each is fetched, compiled and instantiated when a script first touches it.
// One without imports is its exports, ready to call; one with imports is the compiled module, for the script to instantiate.
"use strict";
(() => {
  const g = globalThis;
  const { core, modules } = g.Deno;
  const { op_mcp_wasm } = core.ops;
  const {
    ObjectDefineProperty, ObjectGetOwnPropertyDescriptor, ReferenceError, ReflectApply, ReflectConstruct, SafeMap, SafeSet,
  } = g.__bootstrap.primordials;
  const PREFIX = "__wasm_";
  // Taken before any user code; undefined where V8 has no WebAssembly.
  let Module, Instance, exportsOf;
  const defined = new SafeSet();
  const given = new SafeMap();
  const stateful = new SafeSet();

  const provide = (name) => {
    const known = given.get(name);
    if (known !== undefined) return known;
    if (Module === undefined) {
      throw new ReferenceError(`${PREFIX}${name}: a session whose heap is saved (sessions.kind = "heap") has no WebAssembly, because V8 cannot take a snapshot of it; a run outside of sessions has it`);
    }
    const { bytes, stateful: hasState, imports } = op_mcp_wasm(name);
    const module = ReflectConstruct(Module, [bytes]);
    if (imports) {
      given.set(name, module);
      return module;
    }
    const instance = ReflectConstruct(Instance, [module]);
    const exports = exportsOf === undefined ? instance.exports : ReflectApply(exportsOf, instance, []);
    given.set(name, exports);
    if (hasState) stateful.add(name);
    modules.note(`wasm ${name}`, exports);
    return exports;
  };

  modules.provideWasm = provide;
  g.Deno.wasmGlobals = {
    __proto__: null,
    enter(WebAssembly) {
      if (WebAssembly === undefined) return;
      Module = WebAssembly.Module;
      Instance = WebAssembly.Instance;
      exportsOf = ObjectGetOwnPropertyDescriptor(Instance.prototype, "exports")?.get;
    },
    // Defines the globals of these names that are not there. Calls back with each.
    define(names, added) {
      for (let i = 0; i < names.length; i++) {
        const name = names[i];
        if (defined.has(name)) continue;
        defined.add(name);
        const get = () => provide(name);
        ObjectDefineProperty(g, `${PREFIX}${name}`, { __proto__: null, get, set: undefined, enumerable: false, configurable: true });
        added(`${PREFIX}${name}`);
      }
    },
    // Calls back with the globals of instances whose state no checkpoint keeps.
    stateful(report) {
      stateful.forEach((name) => report(`${PREFIX}${name}`));
    },
  };
})();
