new Proxy({ a: 1 }, { get: (_, key) => key === 'a' ? 2 : undefined })
