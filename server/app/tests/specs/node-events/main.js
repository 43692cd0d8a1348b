import EventEmitter, { once, on, EventEmitter as E, errorMonitor } from "node:events";
const show = (...values) => console.log(JSON.stringify(values));
const e = new EventEmitter(); const seen = [];
e.on("a", (...args) => seen.push(["on", ...args])).once("a", (x) => seen.push(["once", x])).prependListener("a", () => seen.push("first"));
show(E === EventEmitter, e.emit("a", 1, 2), e.emit("a", 3), e.emit("b"), seen, e.listenerCount("a"), e.eventNames());
const l = () => seen.push("gone"); e.on("c", l); e.on("c", l); e.off("c", l); seen.length = 0; e.emit("c"); show(seen, e.listeners("c").length);
class Mine extends EventEmitter { constructor() { super(); this.x = 1 } } const m = new Mine();
try { m.emit("error", new Error("out")) } catch (x) { show(x.message) }
try { m.emit("error", "text") } catch (x) { show(x.message, x.code) }
m.on("removeListener", (n) => seen.push(["removed", n])); m.on("newListener", (n) => seen.push(["new", n])); m.once("z", () => {}); m.emit("z"); show(seen);
function Old() { EventEmitter.call(this) } Old.prototype = Object.create(EventEmitter.prototype); const old = new Old(); old.on("q", () => seen.push("old")); show(old.emit("q"));
m.on(errorMonitor, (x) => seen.push(["monitor", x.message])); m.on("error", () => {}); m.emit("error", new Error("watched")); show(seen.at(-1));
queueMicrotask(() => e.emit("later", 5)); show(await once(e, "later"));
queueMicrotask(() => e.emit("error", new Error("no"))); show(await once(e, "never").catch((x) => x.message));
const c = new AbortController(); setTimeout(() => c.abort(), 5); show(await once(e, "never", { signal: c.signal }).catch((x) => x.name));
setTimeout(() => { e.emit("n", 1); e.emit("n", 2) }, 1); const got = []; for await (const [n] of on(e, "n")) { got.push(n); if (n === 2) break } show(got, e.listenerCount("n"));
const t = new EventTarget(); setTimeout(() => t.dispatchEvent(new Event("x")), 1); show((await once(t, "x"))[0].type);
const g = e.on("self", function () { show(this === e) }); e.emit("self"); e.removeAllListeners(); show(e.eventNames(), g === e);
try { e.on("x", 1) } catch (x) { show(x.name, x.code) }
