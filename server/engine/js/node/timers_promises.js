// node:timers/promises.
(function () {
const timers = __bootstrap.internals.platform;

// As Node has it, and not the DOMException of the platform.
const aborted = (signal) => Object.assign(
  new Error("The operation was aborted", { cause: signal.reason }), { name: "AbortError", code: "ABORT_ERR" },
);
// `start` gets what to call at the end and returns how to stop; a signal stops it and rejects.
const wait = (signal, start) => new Promise((resolve, reject) => {
  if (signal?.aborted) return reject(aborted(signal));
  const abort = () => {
    stop();
    reject(aborted(signal));
  };
  const stop = start((value) => {
    signal?.removeEventListener("abort", abort);
    resolve(value);
  });
  signal?.addEventListener("abort", abort, { once: true });
});
const setTimeout = (delay, value, options = {}) => wait(options.signal, (done) => {
  const timer = timers.setTimeout(() => done(value), delay);
  return () => timers.clearTimeout(timer);
});
const setImmediate = (value, options = {}) => wait(options.signal, (done) => {
  let live = true;
  timers.setImmediate(() => live && done(value));
  return () => {
    live = false;
  };
});
async function* setInterval(delay, value, options = {}) {
  const { signal } = options;
  if (signal?.aborted) throw aborted(signal);
  let due = 0;
  let wake;
  const timer = timers.setInterval(() => {
    due++;
    wake?.();
  }, delay);
  const abort = () => wake?.();
  signal?.addEventListener("abort", abort, { once: true });
  try {
    for (;;) {
      if (due === 0) await new Promise((resolve) => { wake = resolve; });
      if (signal?.aborted) throw aborted(signal);
      for (; due > 0; due--) yield value;
    }
  } finally {
    timers.clearInterval(timer);
    signal?.removeEventListener("abort", abort);
  }
}
const scheduler = {
  wait: (delay, options) => setTimeout(delay, undefined, options),
  yield: () => setImmediate(),
};
const exported = { scheduler, setImmediate, setInterval, setTimeout };
return { default: exported, ...exported };
})();
