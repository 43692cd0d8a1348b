Promise.resolve({ a: 1 })
