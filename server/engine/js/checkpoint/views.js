// Views of buffers: their constructors, and whether a view of a buffer that can be resized has a length of its own.
"use strict";
(() => {
  const {
    ArrayBufferPrototype, ArrayBufferPrototypeGetByteLength, DataViewPrototypeGetByteLength,
    ObjectGetOwnPropertyDescriptor, TypedArrayPrototypeGetByteOffset, TypedArrayPrototypeGetLength, TypedArrayPrototypeSet,
    Uint8Array, uncurryThis,
  } = globalThis.__bootstrap.primordials;
  const getter = (prototype, name) => uncurryThis(ObjectGetOwnPropertyDescriptor(prototype, name).get);
  const maxByteLength = getter(ArrayBufferPrototype, "maxByteLength");
  const resizable = getter(ArrayBufferPrototype, "resizable");
  const resize = uncurryThis(ArrayBufferPrototype.resize);
  const isInBounds = (view) => {
    try {
      DataViewPrototypeGetByteLength(view);
      return true;
    } catch {
      return false;
    }
  };
  // As they are named by their instances; taken now, because a script may replace them. V8 adds Float16Array only when
  // it starts from the base.
  const typed = { __proto__: null, DataView: globalThis.DataView };
  for (const name of ["BigInt64Array", "BigUint64Array", "Float32Array", "Float64Array", "Int16Array",
    "Int32Array", "Int8Array", "Uint16Array", "Uint32Array", "Uint8Array", "Uint8ClampedArray"]) {
    typed[name] = globalThis[name];
  }
  // What V8 does not say of a view of a buffer that can be resized shows when the buffer is resized, and back.
  const lengthOf = (view, kind) => {
    if (kind !== "DataView") return TypedArrayPrototypeGetLength(view);
    return isInBounds(view) ? DataViewPrototypeGetByteLength(view) : 0;
  };
  const lengthAt = (size, view, kind, buffer) => {
    const back = ArrayBufferPrototypeGetByteLength(buffer);
    resize(buffer, size);
    const seen = lengthOf(view, kind);
    resize(buffer, back);
    return seen;
  };
  const widths = { __proto__: null, Float16Array: 2, DataView: 1 };
  for (const name in typed) widths[name] ??= typed[name].BYTES_PER_ELEMENT;
  const isOutOfBounds = (view, kind, buffer) => {
    if (kind === "DataView") return !isInBounds(view);
    if (!resizable(buffer) || TypedArrayPrototypeGetLength(view) > 0) return false;
    if (TypedArrayPrototypeGetByteOffset(view) > 0 || ArrayBufferPrototypeGetByteLength(buffer) < widths[kind]) return false;
    return lengthAt(maxByteLength(buffer), view, kind, buffer) > 0;
  };
  // Whether a view has no length of its own.
  const follows = (view, kind, buffer) => {
    if (!resizable(buffer)) return false;
    const size = ArrayBufferPrototypeGetByteLength(buffer);
    const width = widths[kind];
    const now = lengthOf(view, kind);
    if (size + width <= maxByteLength(buffer)) return lengthAt(size + width, view, kind, buffer) > now;
    if (size < width) return false;
    const end = new Uint8Array(buffer, size - width, width);
    const kept = new Uint8Array(width);
    TypedArrayPrototypeSet(kept, end);
    const then = lengthAt(size - width, view, kind, buffer);
    TypedArrayPrototypeSet(end, kept);
    return then > 0 && then < now;
  };
  globalThis.Deno.views = { __proto__: null, follows, isOutOfBounds, typed };
})();
