const slow = { async *[Symbol.asyncIterator]() { for (const n of [1, 2, 3]) { await null; yield n; } } };
for await (const n of slow) { if (n === 2) continue; console.log("slow", n); }
for await (const n of [Promise.resolve("a"), "b"]) console.log(n);
const closed = { [Symbol.asyncIterator]: () => ({ next: async () => ({ value: 1, done: false }), return: async () => { console.log("closed"); return {}; } }) };
for await (const _ of closed) break;
try { for await (const _ of (async function* () { throw new Error("inside"); })()); } catch (error) { console.log(error.message); }
