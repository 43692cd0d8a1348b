console.log(typeof setTimeout(() => {}, 0));
setTimeout(function (...args) { console.log(this === globalThis, ...args); }, 0, 1, "two");
try { setTimeout("console.log('text')", 0); } catch (error) { console.log(error.name); }
