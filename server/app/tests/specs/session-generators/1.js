function* count() { for (let i = 1; ; i++) yield i }
const counter = count();
console.log(counter.next().value, counter.next().value);
