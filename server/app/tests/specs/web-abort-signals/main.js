const first = new AbortController(), second = new AbortController();
const any = AbortSignal.any([first.signal, second.signal]);
any.addEventListener("abort", () => console.log("any", any.reason.message), { once: true });
second.abort(new Error("second")); first.abort();
console.log(any.aborted, AbortSignal.abort("now").reason, new AbortController().signal.aborted);
const target = new EventTarget(), gate = new AbortController();
target.addEventListener("e", () => console.log("heard"), { signal: gate.signal });
target.dispatchEvent(new Event("e")); gate.abort(); target.dispatchEvent(new Event("e"));
