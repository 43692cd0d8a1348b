console.log(counter.next().value);
const later = (async function* () { yield await 'a'; yield 'b' })();
console.log((await later.next()).value);
