console.count(); console.count("a"); console.count("a"); console.countReset("a"); console.count("a");
console.dir({ a: { b: { c: { d: 1 } } } }, { depth: 0 }); console.dirxml("x");
