const c = { n: 1 }; c.self = c; c
