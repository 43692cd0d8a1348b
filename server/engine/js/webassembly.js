// WebAssembly without shared memory: nothing here could share it, and it is a clock for timing attacks once something
// can. No script gets at a SharedArrayBuffer, whether it makes the memory or a module does. V8 has no WebAssembly while the
// base is made: host.js calls this when an isolate is entered.
"use strict";
globalThis.Deno.withoutSharedMemory = (() => {
  const {
    ObjectDefineProperty, ObjectGetOwnPropertyDescriptor, ReflectApply, ReflectConstruct, TypeError,
  } = globalThis.__bootstrap.primordials;
  const { isSharedArrayBuffer } = globalThis.Deno.core;
  const refuse = () => {
    throw new TypeError("shared WebAssembly memory is not offered: a run has one thread; leave out `shared: true`");
  };

  // A constructor that makes the native kind of object.
  const memoryOf = (Native) => ({
    Memory: function (descriptor) {
      if (new.target === undefined) throw new TypeError("WebAssembly.Memory must be invoked with 'new'");
      // A descriptor with a getter may say something else the next time; then `buffer` refuses.
      if (descriptor?.shared) refuse();
      return ReflectConstruct(Native, [descriptor], new.target);
    },
  }).Memory;
  const unshared = (native) => ({
    value() {
      const buffer = ReflectApply(native, this, []);
      return isSharedArrayBuffer(buffer) ? refuse() : buffer;
    },
  }).value;
  const names = ["buffer", "toFixedLengthBuffer", "toResizableBuffer"];

  return (WebAssembly) => {
    const { Memory: Native } = WebAssembly;
    const { prototype } = Native;
    const Memory = memoryOf(Native);
    ObjectDefineProperty(Memory, "prototype", { __proto__: null, value: prototype, writable: false });
    ObjectDefineProperty(prototype, "constructor", { __proto__: null, value: Memory });
    ObjectDefineProperty(WebAssembly, "Memory", { __proto__: null, value: Memory });
    for (let i = 0; i < names.length; i++) {
      const known = ObjectGetOwnPropertyDescriptor(prototype, names[i]);
      if (known === undefined) continue;
      const part = known.get === undefined ? "value" : "get";
      const guarded = unshared(known[part]);
      ObjectDefineProperty(guarded, "name", { __proto__: null, value: known[part].name });
      ObjectDefineProperty(prototype, names[i], { __proto__: null, [part]: guarded });
    }
  };
})();
