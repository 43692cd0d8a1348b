const out = [];
const later = setTimeout(() => out.push("cancelled by a timer"), 20);
setTimeout(() => { out.push("outer"); clearTimeout(later); setTimeout(() => out.push("inner"), 0); }, 1);
const repeated = setInterval(() => { out.push("tick"); clearInterval(repeated); }, 3);
clearTimeout(undefined); clearTimeout(123456); clearInterval("x");
await new Promise((done) => setTimeout(done, 50));
out.filter((one) => one !== "tick").concat(out.filter((one) => one === "tick"))
