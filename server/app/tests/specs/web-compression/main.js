const text = "compress me ".repeat(100);
const packed = await new Response_(new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"))).bytes();
async function Response_bytes(s) { const parts = []; for await (const p of s) parts.push(p); return new Uint8Array(await new Blob(parts).arrayBuffer()) }
function Response_(s) { this.bytes = () => Response_bytes(s) }
const back = await new Response_(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"))).bytes();
[packed.length < 100, new TextDecoder().decode(back) === text]
