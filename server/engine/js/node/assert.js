// node:assert.
(function () {
const { core } = __bootstrap;
const { isDeepEqual, isDeepStrictEqual } = core.loadExtScript("ext:mcp_node/equal.js");
const { inspect } = core.loadExtScript("ext:mcp_node/util.js");

class AssertionError extends Error {
  constructor({ message, actual, expected, operator }) {
    super(message ?? `${inspect(actual)} ${operator} ${inspect(expected)}`);
    this.name = "AssertionError";
    this.code = "ERR_ASSERTION";
    this.generatedMessage = message === undefined;
    this.actual = actual;
    this.expected = expected;
    this.operator = operator;
  }
}
const fault = (actual, expected, message, operator, says) => {
  if (message instanceof Error) throw message;
  const error = new AssertionError({ message: message ?? says, actual, expected, operator });
  error.generatedMessage = message === undefined;
  throw error;
};
const compared = (operator, holds, says) => (actual, expected, message) => {
  if (holds(actual, expected)) return;
  fault(actual, expected, message, operator, `${says}\n\n${inspect(actual)}\n\nshould be compared with\n\n${inspect(expected)}\n`);
};

function ok(value, message) {
  if (!value) fault(value, true, message, "==", "The expression evaluated to a falsy value");
}
const assert = (value, message) => ok(value, message);
const equal = compared("==", (a, b) => a == b || (a !== a && b !== b), "Expected values to be loosely equal:");
const notEqual = compared("!=", (a, b) => !(a == b || (a !== a && b !== b)), "Expected values not to be loosely equal:");
const strictEqual = compared("strictEqual", Object.is, "Expected values to be strictly equal:");
const notStrictEqual = compared("notStrictEqual", (a, b) => !Object.is(a, b), "Expected values not to be strictly equal:");
const deepEqual = compared("deepEqual", isDeepEqual, "Expected values to be loosely deep-equal:");
const notDeepEqual = compared("notDeepEqual", (a, b) => !isDeepEqual(a, b), "Expected values not to be loosely deep-equal:");
const deepStrictEqual = compared("deepStrictEqual", isDeepStrictEqual, "Expected values to be strictly deep-equal:");
const notDeepStrictEqual = compared("notDeepStrictEqual", (a, b) => !isDeepStrictEqual(a, b),
  "Expected values not to be strictly deep-equal:");
const match = compared("match", (text, pattern) => typeof text === "string" && pattern.test(text),
  "The input did not match the regular expression:");
const doesNotMatch = compared("doesNotMatch", (text, pattern) => typeof text !== "string" || !pattern.test(text),
  "The input was expected not to match the regular expression:");
const fail = (message = "Failed") => fault(undefined, undefined, message, "fail");
const ifError = (value) => {
  if (value !== null && value !== undefined) {
    fault(value, null, undefined, "ifError", `ifError got unwanted exception: ${value?.message ?? inspect(value)}`);
  }
};

// Whether what was thrown is what was expected: a class, a pattern of its text, an object of properties, or a function.
const fits = (thrown, expected) => {
  if (expected === undefined) return true;
  if (typeof expected === "function") {
    if (expected.prototype !== undefined && thrown instanceof expected) return true;
    if (Object.prototype.isPrototypeOf.call(Error, expected)) return false;
    return Reflect.apply(expected, {}, [thrown]) === true;
  }
  if (expected instanceof RegExp) return expected.test(`${thrown}`);
  const names = [...Object.keys(expected), ...(expected instanceof Error ? ["name", "message"] : [])];
  return names.every((name) => expected[name] instanceof RegExp && typeof thrown?.[name] === "string"
    ? expected[name].test(thrown[name])
    : isDeepStrictEqual(thrown?.[name], expected[name]));
};
const judge = (outcome, expected, message, operator) => {
  if (typeof expected === "string") [expected, message] = [undefined, expected];
  if (!outcome.threw) fault(undefined, expected, message, operator, `Missing expected ${operator === "rejects" ? "rejection" : "exception"}.`);
  if (fits(outcome.thrown, expected)) return;
  fault(outcome.thrown, expected, message, operator, `What was thrown is not what was expected: ${inspect(outcome.thrown)}`);
};
const attempt = (fn) => {
  try {
    fn();
    return { threw: false };
  } catch (thrown) {
    return { threw: true, thrown };
  }
};
const attemptAsync = async (given) => {
  const promise = typeof given === "function" ? given() : given;
  try {
    await promise;
    return { threw: false };
  } catch (thrown) {
    return { threw: true, thrown };
  }
};
const unwanted = (outcome, message, operator) => {
  if (!outcome.threw) return;
  fault(outcome.thrown, undefined, message, operator, `Got unwanted exception.\nActual message: "${outcome.thrown?.message}"`);
};
const throws = (fn, expected, message) => judge(attempt(fn), expected, message, "throws");
const doesNotThrow = (fn, message) => unwanted(attempt(fn), typeof message === "string" ? message : undefined, "doesNotThrow");
const rejects = async (given, expected, message) => judge(await attemptAsync(given), expected, message, "rejects");
const doesNotReject = async (given, message) =>
  unwanted(await attemptAsync(given), typeof message === "string" ? message : undefined, "doesNotReject");

const common = {
  AssertionError, deepStrictEqual, doesNotMatch, doesNotReject, doesNotThrow, fail, ifError, match, notDeepStrictEqual,
  notStrictEqual, ok, rejects, strictEqual, throws,
};
const strict = Object.assign((value, message) => ok(value, message), common, {
  deepEqual: deepStrictEqual, equal: strictEqual, notDeepEqual: notDeepStrictEqual, notEqual: notStrictEqual,
});
strict.strict = strict;
Object.assign(assert, common, { deepEqual, equal, notDeepEqual, notEqual, strict });
return { default: assert, ...common, deepEqual, equal, notDeepEqual, notEqual, strict };
})();
