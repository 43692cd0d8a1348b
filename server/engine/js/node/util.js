// node:util.
(function () {
const { core } = __bootstrap;
const { TextDecoder, TextEncoder } = __bootstrap.internals.platform;
const types = core.loadExtScript("ext:mcp_node/util_types.js").default;
const { isDeepStrictEqual } = core.loadExtScript("ext:mcp_node/equal.js");
const deno = core.loadExtScript("ext:deno_web/01_console.js");
const custom = Symbol.for("nodejs.util.inspect.custom");
const promisified = Symbol.for("nodejs.util.promisify.custom");

const inspect = (value, options = {}, depth = undefined) => {
  const given = typeof options === "object" && options !== null ? options : { showHidden: options, depth };
  // null is Node's word for no limit.
  const deep = given.depth === null ? Infinity : given.depth ?? 2;
  return deno.inspect(value, { quotes: ["'", '"', "`"], ...given, depth: deep, colors: false });
};
inspect.custom = custom;
inspect.defaultOptions = {};
const numeric = (value, convert) => {
  if (typeof value === "bigint") return `${value}n`;
  const number = typeof value === "symbol" || typeof value === "object" ? NaN : convert(value);
  return Object.is(number, -0) ? "-0" : `${number}`;
};
const json = (value) => {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (error instanceof TypeError) return "[Circular]";
    throw error;
  }
};
const native = /\{\s*\[native code\]\s*\}\s*$/;
// An object that says itself how it looks as text does so.
const textual = (value, options) => {
  if (typeof value === "bigint") return `${value}n`;
  if (Object.is(value, -0)) return "-0";
  if (typeof value !== "object" || value === null) return String(value);
  const says = typeof value.toString === "function" && !native.test(Function.prototype.toString.call(value.toString));
  return says ? String(value) : inspect(value, { ...options, depth: 0 });
};
const placed = (place, value, options) => {
  switch (place) {
    case "s": return textual(value, options);
    case "d": return numeric(value, Number);
    case "i": return numeric(value, (given) => Number.parseInt(given, 10));
    case "f": return numeric(value, Number.parseFloat);
    case "j": return json(value);
    case "o": return inspect(value, { ...options, showHidden: true, depth: 4 });
    case "O": return inspect(value, options);
    default: return "";
  }
};
const formatWithOptions = (options, ...args) => {
  const { 0: first } = args;
  const rest = args.slice(1);
  const plain = (value) => typeof value === "string" ? value : inspect(value, options);
  if (typeof first !== "string") return args.map(plain).join(" ");
  let used = 0;
  const text = rest.length === 0 ? first : first.replace(/%([sdifjoOc%])/g, (whole, place) => {
    if (place === "%") return "%";
    return used < rest.length ? placed(place, rest[used++], options) : whole;
  });
  return [text, ...rest.slice(used).map(plain)].join(" ");
};
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
