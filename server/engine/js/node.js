// Makes the `node:` modules while the base is made, from scripts in node/. Last of all scripts, when every global is there:
// an import of a session may take a global's name before the module is imported.
"use strict";
(() => {
  const g = globalThis;
  const { core } = g.Deno;
  const { internals } = g.__bootstrap;
  const platform = internals.platform = { __proto__: null };
  for (const name of ["Blob", "DOMException", "EventTarget", "File", "TextDecoder", "TextEncoder", "URL", "URLPattern",
    "URLSearchParams", "atob", "btoa", "clearImmediate", "clearInterval", "clearTimeout", "crypto", "setImmediate", "setInterval",
    "setTimeout"]) {
    platform[name] = g[name];
  }
  // By the global of a capability: tells the modules that re-export it.
  internals.granted = { __proto__: null };
  for (const name of ["assert", "assert_strict", "buffer", "child_process", "crypto", "events", "fs", "fs_promises", "mcp_tools", "path",
    "querystring", "timers", "timers_promises", "url", "util", "util_types"]) {
    core.loadExtScript(`ext:mcp_node/${name}.js`);
  }
})();
