Promise.reject({ a: 1 }); "value"
