const source = new ReadableStream({ start(c) { c.enqueue("a"); c.enqueue("b"); c.close() } });
const upper = new TransformStream({ transform(x, c) { c.enqueue(x.toUpperCase()) } });
const [one, two] = source.pipeThrough(upper).tee();
const read = async (s) => { let t = ""; for await (const x of s) t += x; return t };
const written = []; await two.pipeTo(new WritableStream({ write(x) { written.push(x) } }));
console.log(await read(one), written.join());
console.log(await read(ReadableStream.from([1, 2, 3])));
const bytes = new ReadableStream({ type: "bytes", pull(c) { c.enqueue(new Uint8Array([1, 2])); c.close() } });
console.log((await bytes.getReader({ mode: "byob" }).read(new Uint8Array(4))).value);
