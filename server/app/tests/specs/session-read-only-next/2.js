fixed.n++;
loose++;
try { fixed = 2 } catch (error) { console.log(error.name) }
console.log(fixed.n, loose);
(() => { fixed = 3 })()
