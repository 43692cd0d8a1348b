// What was thrown and nobody caught: from a timer, a microtask, an event listener, or as a rejection without a handler.
// Each ends its run at once. Not what the script itself came to, which host.js waits for. First of the base's scripts.
"use strict";
(() => {
  const deno = globalThis.Deno;
  const { core } = deno;
  const { op_mcp_failed, op_mcp_threw, op_set_captured_bootstrap } = core.ops;
  const { internals, primordials } = globalThis.__bootstrap;
  let over = true;

  const failed = (reason) => op_mcp_failed(reason, describe(reason));
  // deno_core's functions as deno_web's scripts get them. By this one they report the exceptions of event listeners.
  const given = {
    __proto__: null, ...core, ops: { __proto__: null, ...core.ops }, reportUnhandledException: failed,
  };
  op_set_captured_bootstrap({ __proto__: null, primordials, core: given, internals });
  core.setReportExceptionCallback(failed);
  core.setUnhandledPromiseRejectionHandler((_promise, reason) => {
    // What a run leaves behind is not the next one's fault.
    if (!over) failed(reason);
    return true;
  });

  const { inspect } = core.loadExtScript("ext:deno_web/01_console.js");
  const text = (value) => {
    try {
      return inspect(value, { __proto__: null, colors: false, depth: 6, iterableLimit: 200, strAbbreviateSize: 100000 });
    } catch {
      return "[a value that cannot be inspected]";
    }
  };
  // How a value that is no Error looks.
  const describe = (reason) => core.isNativeError(reason) ? "" : text(reason);

  // For timers.js and host.js, which removes it.
  deno.report = {
    __proto__: null,
    failed,
    given,
    text,
    threw: (reason) => op_mcp_threw(reason, describe(reason)),
    begin() {
      over = false;
    },
    end() {
      over = true;
    },
  };
})();
