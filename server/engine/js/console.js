// The console: Deno's formatting, our sink, and the level in front of info, warn and error lines.
"use strict";
(() => {
  const { core } = globalThis.Deno;
  const { op_mcp_write } = core.ops;
  const { ObjectDefineProperty, ReflectApply } = globalThis.__bootstrap.primordials;
  const { Console, setNoColorFns } = core.loadExtScript("ext:deno_web/01_console.js");
  setNoColorFns(() => true, () => true);

  let prefix = "";
  const make = () => new Console((text) => {
    op_mcp_write(prefix === "" ? text : prefix + text);
  });
  const console = make();
  // Does the work. At its first use it makes a native object, which a V8 snapshot cannot hold: host.js puts a new one in its
  // place before that.
  let worker = make();
  globalThis.Deno.renewConsole = () => {
    worker = make();
  };
  for (const name of Object.keys(console)) {
    if (typeof console[name] !== "function") continue;
    const { length } = console[name];
    const own = { [name]: (...args) => ReflectApply(worker[name], worker, args) };
    console[name] = ObjectDefineProperty(own[name], "length", { __proto__: null, value: length, configurable: true });
  }
  const labelled = (method, label) => {
    const plain = console[method];
    const own = {
      [method](...args) {
        const before = prefix;
        prefix = label;
        try {
          ReflectApply(plain, console, args);
        } finally {
          prefix = before;
        }
      },
    };
    console[method] = own[method];
  };
  labelled("info", "[INFO] ");
  labelled("warn", "[WARN] ");
  labelled("error", "[ERROR] ");
  labelled("assert", "[ERROR] ");
  console.clear = { clear() {} }.clear;

  ObjectDefineProperty(globalThis, "console", {
    __proto__: null, value: console, writable: true, enumerable: false, configurable: true,
  });
})();
