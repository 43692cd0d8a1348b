const failing = new ReadableStream({ pull(controller) { controller.error(new Error("source broke")); } });
try { for await (const _ of failing); } catch (error) { console.log(error.message); }
const cancelled = new ReadableStream({ cancel(reason) { console.log("cancelled", reason); } });
await cancelled.cancel("enough");
const sink = new WritableStream({ write() { throw new RangeError("sink broke"); } });
try { await ReadableStream.from(["x"]).pipeTo(sink); } catch (error) { console.log(error.name, error.message); }
const slow = new ReadableStream({ pull(controller) { controller.enqueue("x"); } }, new CountQueuingStrategy({ highWaterMark: 1 }));
const reader = slow.getReader(); console.log((await reader.read()).value, slow.locked); reader.releaseLock(); console.log(slow.locked);
