// Timers (HTML Standard, section 8.6) on deno_core's own. Every live one is known, so that a run leaves none behind.
"use strict";
(() => {
  const { core } = globalThis.Deno;
  const { createTimer, cancelTimer } = core;
  const {
    MapPrototypeClear, MapPrototypeDelete, MapPrototypeForEach, MapPrototypeGet, MapPrototypeSet, Number, ObjectDefineProperty,
    ReflectApply, SafeMap, TypeError,
  } = globalThis.__bootstrap.primordials;
  const scope = globalThis;
  const live = new SafeMap();
  const LONGEST = 2147483647;

  const start = (name, callback, delay, args, repeat) => {
    if (typeof callback !== "function") throw new TypeError(`${name}: the first argument must be a function`);
    let ms = Number(delay);
    // As in browsers and Node: what does not fit 31 bits fires at once.
    if (!(ms >= 0 && ms <= LONGEST)) ms = 0;
    const timer = createTimer(
      () => {
        if (!repeat) MapPrototypeDelete(live, timer._timerId);
        ReflectApply(callback, scope, args);
      },
      ms,
      undefined,
      repeat,
      true,
    );
    MapPrototypeSet(live, timer._timerId, timer);
    return timer._timerId;
  };
  const stop = (id) => {
    const timer = MapPrototypeGet(live, Number(id));
    if (timer === undefined) return;
    MapPrototypeDelete(live, timer._timerId);
    cancelTimer(timer);
  };
  const functions = {
    setTimeout: (callback, delay = 0, ...args) => start("setTimeout", callback, delay, args, false),
    setInterval: (callback, delay = 0, ...args) => start("setInterval", callback, delay, args, true),
    setImmediate: (callback, ...args) => start("setImmediate", callback, 0, args, false),
    clearTimeout: (id = undefined) => stop(id),
    clearInterval: (id = undefined) => stop(id),
    clearImmediate: (id = undefined) => stop(id),
  };
  for (const name in functions) {
    ObjectDefineProperty(globalThis, name, {
      __proto__: null, value: functions[name], writable: true, enumerable: false, configurable: true,
    });
  }
  // For host.js, which removes it.
  globalThis.Deno.cancelTimers = () => {
    MapPrototypeForEach(live, (timer) => cancelTimer(timer));
    MapPrototypeClear(live);
  };
})();
