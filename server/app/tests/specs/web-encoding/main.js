console.log(new TextEncoder().encode("é😀"), new TextDecoder().decode(new Uint8Array([0xc3, 0xa9])), new TextDecoder("utf-16le").decode(new Uint8Array([0x41, 0])));
const d = new TextDecoder(); console.log(d.decode(new Uint8Array([0xf0, 0x9f]), { stream: true }) + d.decode(new Uint8Array([0x98, 0x80])));
try { new TextDecoder("utf-8", { fatal: true }).decode(new Uint8Array([0xff])) } catch (e) { console.log(e.name) }
console.log(btoa("hello"), atob("aGVsbG8=")); try { atob("*") } catch (e) { console.log(e instanceof DOMException, e.name) }
