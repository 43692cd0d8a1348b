// HTML Standard, section 8.6: microtasks first, then by delay, then by age.
const out = [];
setTimeout(() => out.push("30"), 30);
setTimeout(() => out.push("5a"), 5);
setTimeout(() => out.push("5b"), 5);
queueMicrotask(() => out.push("micro"));
Promise.resolve().then(() => out.push("then"));
out.push("sync");
await new Promise((done) => setTimeout(done, 60));
out
