// node:util.
(function () {
const { core } = __bootstrap;
const { TextDecoder, TextEncoder } = globalThis;
const types = core.loadExtScript("ext:mcp_node/util_types.js").default;
const { isDeepStrictEqual } = core.loadExtScript("ext:mcp_node/equal.js");
const deno = core.loadExtScript("ext:deno_web/01_console.js");
const custom = Symbol.for("nodejs.util.inspect.custom");
const promisified = Symbol.for("nodejs.util.promisify.custom");

const inspect = (value, options = {}, depth = undefined) => {
  const given = typeof options === "object" && options !== null ? options : { showHidden: options, depth };
  // null is Node's word for no limit.
  const deep = given.depth === null ? Infinity : given.depth ?? 2;
  return deno.inspect(value, { ...given, depth: deep, colors: false });
};
inspect.custom = custom;
inspect.defaultOptions = {};
const formatWithOptions = (options, ...args) => deno.inspectArgs(args, { ...options, colors: false });
const format = (...args) => formatWithOptions({}, ...args);

const callable = (fn) => {
  if (typeof fn === "function") return fn;
  const error = new TypeError('The "original" argument must be of type function');
  error.code = "ERR_INVALID_ARG_TYPE";
  throw error;
};
const promisify = (original) => {
  const own = callable(original)[promisified];
  if (own !== undefined) return callable(own);
  function promised(...args) {
    return new Promise((resolve, reject) => {
      Reflect.apply(original, this, [...args, (error, value) => error ? reject(error) : resolve(value)]);
    });
  }
  Object.setPrototypeOf(promised, Object.getPrototypeOf(original));
  return Object.defineProperties(promised, Object.getOwnPropertyDescriptors(original));
};
promisify.custom = promisified;
const callbackify = (original) => {
  callable(original);
  return function (...args) {
    const callback = callable(args.pop());
    Reflect.apply(original, this, args).then(
      (value) => queueMicrotask(() => callback(null, value)),
      (error) => queueMicrotask(() => callback(error ?? new Error(`Promise was rejected with ${String(error)}`))),
    );
  };
};
const inherits = (constructor, parent) => {
  Object.defineProperty(constructor, "super_", { __proto__: null, value: parent, writable: true, configurable: true });
  Object.setPrototypeOf(constructor.prototype, parent.prototype);
};
const deprecate = (fn) => callable(fn);
const debuglog = () => Object.assign(() => {}, { enabled: false });
const stripVTControlCharacters = (text) => deno.stripVTControlCharacters(`${text}`);
const toUSVString = (text) => `${text}`.toWellFormed();
const isArray = Array.isArray;

const exported = {
  TextDecoder, TextEncoder, callbackify, debug: debuglog, debuglog, deprecate, format, formatWithOptions, inherits, inspect,
  isArray, isDeepStrictEqual, promisify, stripVTControlCharacters, toUSVString, types,
};
return { default: exported, ...exported };
})();
