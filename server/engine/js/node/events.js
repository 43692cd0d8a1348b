// node:events.
(function () {
const { EventTarget } = __bootstrap.internals.platform;
const { inspect } = __bootstrap.core.loadExtScript("ext:mcp_node/util.js");
const errorMonitor = Symbol("events.errorMonitor");
const listenersOf = Symbol("listeners");
const most = Symbol("maxListeners");
let defaultMaxListeners = 10;

const check = (listener) => {
  if (typeof listener === "function") return;
  const error = new TypeError('The "listener" argument must be of type function');
  error.code = "ERR_INVALID_ARG_TYPE";
  throw error;
};

// A function, so that classes of before `class` can call it on their instances. Its state is made at the first use.
function EventEmitter() {
  this[listenersOf] ??= new Map();
}
const all = (emitter) => emitter[listenersOf] ??= new Map();
const add = (emitter, name, listener, front, once) => {
  check(listener);
  const known = all(emitter);
  if (known.has("newListener")) emitter.emit("newListener", name, listener);
  const entry = { listener, once };
  const list = known.get(name);
  if (list === undefined) known.set(name, [entry]);
  // A new list, so that one that is gone through does not change.
  else known.set(name, front ? [entry, ...list] : [...list, entry]);
  return emitter;
};
const remove = (emitter, name, fits) => {
  const list = all(emitter).get(name) ?? [];
  const at = list.findLastIndex(fits);
  if (at < 0) return emitter;
  const rest = list.toSpliced(at, 1);
  if (rest.length === 0) all(emitter).delete(name);
  else all(emitter).set(name, rest);
  if (all(emitter).has("removeListener")) emitter.emit("removeListener", name, list[at].listener);
  return emitter;
};
const methods = {
  on(name, listener) {
    return add(this, name, listener, false, false);
  },
  once(name, listener) {
    return add(this, name, listener, false, true);
  },
  prependListener(name, listener) {
    return add(this, name, listener, true, false);
  },
  prependOnceListener(name, listener) {
    return add(this, name, listener, true, true);
  },
  off(name, listener) {
    check(listener);
    return remove(this, name, (entry) => entry.listener === listener);
  },
  removeAllListeners(name) {
    const names = name === undefined ? this.eventNames() : [name];
    for (const each of names) {
      if (!all(this).has("removeListener") || each === "removeListener") all(this).delete(each);
      else for (const entry of all(this).get(each)?.toReversed() ?? []) remove(this, each, (known) => known === entry);
    }
    return this;
  },
  emit(name, ...args) {
    if (name === "error") {
      for (const entry of all(this).get(errorMonitor) ?? []) Reflect.apply(entry.listener, this, args);
    }
    const list = all(this).get(name);
    if (list === undefined) {
      if (name !== "error") return false;
      if (args[0] instanceof Error) throw args[0];
      const error = new Error(`Unhandled error. (${inspect(args[0])})`);
      error.code = "ERR_UNHANDLED_ERROR";
      error.context = args[0];
      throw error;
    }
    for (const entry of list) {
      if (entry.once) remove(this, name, (known) => known === entry);
      Reflect.apply(entry.listener, this, args);
    }
    return true;
  },
  listeners(name) {
    return (all(this).get(name) ?? []).map((entry) => entry.listener);
  },
  rawListeners(name) {
    return this.listeners(name);
  },
  listenerCount(name, listener) {
    const list = all(this).get(name) ?? [];
    return listener === undefined ? list.length : list.filter((entry) => entry.listener === listener).length;
  },
  eventNames() {
    return [...all(this).keys()];
  },
  // Kept and never warned about: a script here has nobody to read it.
  setMaxListeners(n) {
    this[most] = n;
    return this;
  },
  getMaxListeners() {
    return this[most] ?? defaultMaxListeners;
  },
};
methods.addListener = methods.on;
methods.removeListener = methods.off;
for (const name of Object.keys(methods)) {
  Object.defineProperty(EventEmitter.prototype, name, {
    __proto__: null, value: methods[name], writable: true, enumerable: true, configurable: true,
  });
}

// As Node has it, and not the DOMException of the platform.
const aborted = (signal) => Object.assign(
  new Error("The operation was aborted", { cause: signal.reason }), { name: "AbortError", code: "ABORT_ERR" },
);
const listen = (emitter, name, listener, how) => {
  if (typeof emitter.on === "function") emitter[how === "once" ? "once" : "on"](name, listener);
  else emitter.addEventListener(name, listener, { once: how === "once" });
};
const unlisten = (emitter, name, listener) => {
  if (typeof emitter.off === "function") emitter.off(name, listener);
  else emitter.removeEventListener(name, listener);
};
const once = (emitter, name, options = {}) => new Promise((resolve, reject) => {
  const { signal } = options;
  if (signal?.aborted) return reject(aborted(signal));
  const end = () => {
    unlisten(emitter, name, done);
    if (name !== "error" && !(emitter instanceof EventTarget)) unlisten(emitter, "error", failed);
    signal?.removeEventListener("abort", abort);
  };
  const done = (...args) => {
    end();
    resolve(args);
  };
  const failed = (error) => {
    end();
    reject(error);
  };
  const abort = () => failed(aborted(signal));
  listen(emitter, name, done, "once");
  if (name !== "error" && !(emitter instanceof EventTarget)) listen(emitter, "error", failed, "once");
  signal?.addEventListener("abort", abort, { once: true });
});
async function* on(emitter, name, options = {}) {
  const { signal } = options;
  if (signal?.aborted) throw aborted(signal);
  const queue = [];
  let failure;
  let wake;
  const arrived = (...args) => {
    queue.push(args);
    wake?.();
  };
  const failed = (error) => {
    failure = { error };
    wake?.();
  };
  const abort = () => failed(aborted(signal));
  listen(emitter, name, arrived, "on");
  if (name !== "error") listen(emitter, "error", failed, "on");
  signal?.addEventListener("abort", abort, { once: true });
  try {
    for (;;) {
      while (queue.length > 0) yield queue.shift();
      if (failure !== undefined) throw failure.error;
      await new Promise((resolve) => { wake = resolve; });
    }
  } finally {
    unlisten(emitter, name, arrived);
    if (name !== "error") unlisten(emitter, "error", failed);
    signal?.removeEventListener("abort", abort);
  }
}
const listenerCount = (emitter, name) => emitter.listenerCount(name);
const getEventListeners = (emitter, name) => emitter.listeners(name);
const setMaxListeners = (n = defaultMaxListeners, ...emitters) => {
  for (const emitter of emitters) if (emitter instanceof EventEmitter) emitter.setMaxListeners(n);
  if (emitters.length === 0) defaultMaxListeners = n;
};

const statics = { EventEmitter, errorMonitor, getEventListeners, listenerCount, on, once, setMaxListeners };
Object.assign(EventEmitter, statics);
Object.defineProperty(EventEmitter, "defaultMaxListeners", {
  __proto__: null, get: () => defaultMaxListeners, set: (n) => { defaultMaxListeners = n; }, enumerable: true,
});
return { default: EventEmitter, ...statics };
})();
