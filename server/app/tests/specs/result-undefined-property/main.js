({ a: undefined, b: 1 })
