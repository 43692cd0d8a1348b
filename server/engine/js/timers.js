// Timers (HTML Standard, section 8.6) on deno_core's own, and those of deno_web. Every live one is known, so that a run
// leaves none behind.
"use strict";
(() => {
  const { core, report: { failed, given } } = globalThis.Deno;
  const { createTimer, cancelTimer } = core;
  const {
    MapPrototypeClear, MapPrototypeDelete, MapPrototypeForEach, MapPrototypeGet, MapPrototypeSet, Number, ObjectDefineProperty,
    ReflectApply, SafeMap, SafeSet, SetPrototypeAdd, SetPrototypeClear, SetPrototypeDelete, SetPrototypeForEach,
    TypeError,
  } = globalThis.__bootstrap.primordials;
  const scope = globalThis;
  const live = new SafeMap();
  // Those of AbortSignal.timeout: no script has their number.
  const system = new SafeSet();
  const LONGEST = 2147483647;

  const start = (name, callback, delay, args, repeat) => {
    if (typeof callback !== "function") throw new TypeError(`${name}: the first argument must be a function`);
    let ms = Number(delay);
    // As in browsers and Node: what does not fit 31 bits fires at once.
    if (!(ms >= 0 && ms <= LONGEST)) ms = 0;
    const timer = createTimer(
      () => {
        // It is live until its callback has returned: one that is ended half-way is still counted by deno_core, and the end
        // of the run cancels it.
        try {
          ReflectApply(callback, scope, args);
        } catch (error) {
          stop(timer._timerId);
          failed(error);
        }
        if (!repeat) MapPrototypeDelete(live, timer._timerId);
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
  given.createSystemTimer = (callback, after, isRefed) => {
    const timer = core.createSystemTimer(callback, after, isRefed);
    SetPrototypeAdd(system, timer);
    return timer;
  };
  given.cancelTimer = (timer) => {
    SetPrototypeDelete(system, timer);
    cancelTimer(timer);
  };
  // For host.js, which removes it.
  globalThis.Deno.cancelTimers = () => {
    MapPrototypeForEach(live, (timer) => cancelTimer(timer));
    MapPrototypeClear(live);
    SetPrototypeForEach(system, (timer) => cancelTimer(timer));
    SetPrototypeClear(system);
  };
})();
