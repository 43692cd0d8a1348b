const out = [];
setTimeout(() => out.push("t10"), 10); setTimeout(() => out.push("t0"), 0); setImmediate(() => out.push("immediate"));
queueMicrotask(() => out.push("micro")); Promise.resolve().then(() => out.push("then"));
const cancelled = setTimeout(() => out.push("never"), 1); clearTimeout(cancelled);
let n = 0; await new Promise((done) => { const id = setInterval(() => { if (++n === 3) { clearInterval(id); done() } }, 1) });
await new Promise((done) => setTimeout((a, b) => { out.push(a + b); done() }, 20, "arg", "s"));
out.sort().join() + n
