new Set([1, "x"])
