(async () => { await null; return 5 })()
