import { setTimeout as after, setInterval as ticks, setImmediate as soon, scheduler } from "node:timers/promises";
import timers from "node:timers";
import crypto, { createHash, createHmac, timingSafeEqual, randomBytes, randomInt } from "node:crypto";
const show = (...values) => console.log(JSON.stringify(values));
show(await after(1, "v"), await soon("s"), await scheduler.wait(1), timers.setTimeout === setTimeout);
const c = new AbortController(); setTimeout(() => c.abort(), 1); show(await after(1e6, 0, { signal: c.signal }).catch((e) => [e.name, e.code]));
let n = 0; for await (const v of ticks(1, "t")) { if (++n === 3) { show(v, n); break } }
for (const h of ["sha1", "sha256", "SHA512", "sha384"]) show(createHash(h).update("a").update(Buffer_("b")).digest("hex"));
function Buffer_(t) { return new TextEncoder().encode(t) }
show(createHmac("sha256", "key").update("data").digest("base64"), createHash("sha256").update("616263", "hex").digest("base64url"), createHash("sha1").update("").digest().length, crypto.hash("sha1", "x"));
const h = createHash("sha256").update("a"); const copy = h.copy(); show(h.update("b").digest("hex") === createHash("sha256").update("ab").digest("hex"), copy.digest("hex").slice(0, 8)); try { h.digest() } catch (e) { show(e.code) }
show(randomBytes(70000).length, randomBytes(2).equals(randomBytes(300).subarray(0, 2)) === undefined, timingSafeEqual(Buffer_("a"), Buffer_("a")), timingSafeEqual(Buffer_("a"), Buffer_("b")), crypto.randomUUID().length);
try { timingSafeEqual(Buffer_("a"), Buffer_("ab")) } catch (e) { show(e.name, e.code) } try { createHash("sha0") } catch (e) { show(e instanceof Error) }
let low = Infinity, high = -Infinity; for (let i = 0; i < 500; i++) { const r = randomInt(3, 6); low = Math.min(low, r); high = Math.max(high, r) } show(low, high, randomInt(1));
show(crypto.webcrypto.subtle === crypto.subtle, (await crypto.subtle.digest("SHA-256", Buffer_("a"))).byteLength);
