await null;
await (async () => { throw new Error("deep") })()
