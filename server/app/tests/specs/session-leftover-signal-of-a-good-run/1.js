const signal = AbortSignal.timeout(20); "done"
