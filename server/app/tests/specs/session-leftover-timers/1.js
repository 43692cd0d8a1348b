setInterval(() => console.log("old interval"), 1); setTimeout(() => console.log("old timer"), 1); setImmediate(() => { throw new Error("old") });
AbortSignal.timeout(5).addEventListener("abort", () => console.log("old signal")); throw new Error("now")
