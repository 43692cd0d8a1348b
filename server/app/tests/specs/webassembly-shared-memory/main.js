const attempt = (name, f) => { try { console.log(name, f()) } catch (error) { console.log(name, error instanceof TypeError ? "refused" : error) } };
attempt("shared: true", () => new WebAssembly.Memory({ initial: 1, maximum: 2, shared: true }));
let asked = 0;
attempt("a lying descriptor", () => new WebAssembly.Memory({ initial: 1, maximum: 2, get shared() { return asked++ > 0 } }).buffer);
// (memory (export "m") 1 1 shared), and a module that imports it.
const bytes = [0, 97, 115, 109, 1, 0, 0, 0, 5, 4, 1, 3, 1, 1, 7, 5, 1, 1, 109, 2, 0];
const { exports: { m } } = new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(bytes)));
const importing = [0, 97, 115, 109, 1, 0, 0, 0, 2, 9, 1, 1, 97, 1, 109, 2, 3, 1, 1, 7, 5, 1, 1, 109, 2, 0];
const again = new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(importing)), { a: { m } }).exports.m;
attempt("a module's own memory", () => again.buffer);
attempt("resizable", () => m.toResizableBuffer());
attempt("without new", () => WebAssembly.Memory({ initial: 1 }));
const plain = new WebAssembly.Memory({ initial: 1, maximum: 4 }); plain.grow(1);
class Own extends WebAssembly.Memory {}
[typeof SharedArrayBuffer, m instanceof WebAssembly.Memory && new Own({ initial: 1 }) instanceof Own, plain.constructor === WebAssembly.Memory && plain.buffer instanceof ArrayBuffer, plain.buffer.byteLength / 65536, WebAssembly.Memory.name, WebAssembly.Memory.length]
