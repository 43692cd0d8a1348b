const collect = async (stream) => new Uint8Array(await new Blob(await Array.fromAsync(stream)).arrayBuffer());
const text = new TextEncoder().encode("round and round ".repeat(500));
for (const format of ["gzip", "deflate", "deflate-raw"]) {
  const packed = await collect(new Blob([text]).stream().pipeThrough(new CompressionStream(format)));
  const back = await collect(new Blob([packed]).stream().pipeThrough(new DecompressionStream(format)));
  console.log(format, packed.length < 200, back.length === text.length && back.every((byte, at) => byte === text[at]));
}
try { await collect(new Blob(["not gzip"]).stream().pipeThrough(new DecompressionStream("gzip"))); } catch (error) { console.log(error.name); }
