const target = new EventTarget(); const seen = [];
target.addEventListener("x", (e) => seen.push(e.detail, e.type), { once: true });
target.dispatchEvent(new CustomEvent("x", { detail: 1 })); target.dispatchEvent(new CustomEvent("x", { detail: 2 }));
const c = new AbortController(); c.signal.addEventListener("abort", () => seen.push(c.signal.reason)); c.abort("why");
try { AbortSignal.timeout(1).throwIfAborted(); await new Promise((_, no) => { const s = AbortSignal.timeout(1); s.onabort = () => no(s.reason); setTimeout(() => {}, 50) }) } catch (e) { seen.push(e.name) }
seen
