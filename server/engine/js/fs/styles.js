// How a script waits for an operation of fs: not at all (Sync), by a promise, or by a callback.
"use strict";
((inner) => {
  const { op_mcp_file, op_mcp_file_sync } = inner.core.ops;
  const { failed, signalOf } = inner.files;

  const sync = (operation) => (...args) => {
    const steps = operation(...args);
    let step = steps.next();
    while (!step.done) {
      const [call, bytes] = step.value;
      let answer, error;
      try {
        answer = op_mcp_file_sync(call, bytes);
      } catch (refusal) {
        error = failed(refusal, call);
      }
      step = error === undefined ? steps.next(answer) : steps.throw(error);
    }
    return step.value;
  };
  // `signal` aborts between two calls.
  const later = (operation) => async (...args) => {
    const signal = signalOf(args[args.length - 1]);
    const steps = operation(...args);
    let step = steps.next();
    while (!step.done) {
      const [call, bytes] = step.value;
      let answer, error;
      try {
        signal?.throwIfAborted();
        answer = await op_mcp_file(call, bytes);
      } catch (refusal) {
        error = failed(refusal, call);
      }
      step = error === undefined ? steps.next(answer) : steps.throw(error);
    }
    return step.value;
  };
  // With a function as the last argument it is called back; `spread` makes its arguments out of the result.
  const either = (promised, spread = (value) => [null, value]) => (...args) => {
    const callback = args[args.length - 1];
    if (typeof callback !== "function") return promised(...args);
    args.pop();
    promised(...args).then((value) => spread(value, args), (error) => [error]).then((told) => callback(...told));
  };
  // A function under its name, for people who read a stack.
  const named = (name, value) => Object.defineProperty(value, "name", { __proto__: null, value: name, configurable: true });

  Object.assign(inner.files, { either, later, named, sync });
  return { __proto__: null };
})
