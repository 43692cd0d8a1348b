const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
const { deep: [copy], same } = structuredClone({ deep: [key], same: key });
const iv = new Uint8Array(12), sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, new Uint8Array([7]));
const opened = new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv }, copy, sealed));
let refused; try { key[Symbol.for("Deno.core.hostObject")]() } catch (error) { refused = error.name }
[copy instanceof CryptoKey && copy !== key && same === copy && opened[0] === 7, copy.extractable, copy.usages.includes("encrypt"), copy.algorithm.name, refused]
