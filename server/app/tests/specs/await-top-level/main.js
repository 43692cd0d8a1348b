const a = await Promise.resolve(1);
const { b } = await (async () => ({ b: 2 }))();
for await (const x of (async function* () { yield 3; yield 4 })()) console.log(x);
a + b
