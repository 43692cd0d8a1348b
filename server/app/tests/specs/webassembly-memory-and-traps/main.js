// (memory 1 2) (func (export "load") (param i32) (result i32) local.get 0 i32.load8_u) (func (export "trap") unreachable) (export "memory" (memory 0))
const bytes = new Uint8Array([0,97,115,109,1,0,0,0, 1,9,2,96,1,127,1,127,96,0,0, 3,3,2,0,1, 5,4,1,1,1,2,
  7,24,3,4,108,111,97,100,0,0,4,116,114,97,112,0,1,6,109,101,109,111,114,121,2,0, 10,13,2,7,0,32,0,45,0,0,11,3,0,0,11]);
console.log(WebAssembly.validate(bytes), WebAssembly.validate(bytes.slice(0, 20)));
const { load, trap, memory } = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
new Uint8Array(memory.buffer)[7] = 42; console.log(load(7), memory.grow(1), memory.buffer.byteLength);
try { memory.grow(1); } catch (error) { console.log(error.name); }
for (const call of [trap, () => load(1 << 20)]) { try { call(); } catch (error) { console.log(error.name); } }
