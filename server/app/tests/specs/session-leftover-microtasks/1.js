queueMicrotask(() => console.log("old microtask")); queueMicrotask(() => { throw new Error("old") });
Promise.reject(new Error("old derived")).then(() => {}); (async () => { await 1; console.log("old continuation") })();
throw new Error("now")
