const decoder = new TextDecoder();
const euro = new TextEncoder().encode('€');
console.log(JSON.stringify(decoder.decode(euro.subarray(0, 1), { stream: true }) + decoder.decode(euro.subarray(1))));
console.log(new TextDecoder('utf-16le').decode(new Uint8Array([0x3d, 0xd8, 0, 0xde])) === '\u{1f600}');
try { new TextDecoder('utf-8', { fatal: true }).decode(new Uint8Array([0xff])) } catch (error) { console.log(error.name) }
console.log(new TextDecoder().decode(new Uint8Array([0xef, 0xbb, 0xbf, 0x61])).length);
console.log(new TextDecoder('utf-8', { ignoreBOM: true }).decode(new Uint8Array([0xef, 0xbb, 0xbf, 0x61])).length);
JSON.stringify(new TextEncoder().encodeInto('a€', new Uint8Array(3)))
