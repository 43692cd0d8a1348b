// artifact(key, mime, bytes): hands a file or an image out of the run. Not a capability: the bytes go where the result goes.
"use strict";
(() => {
  const g = globalThis;
  const { core } = g.Deno;
  const { op_mcp_artifact } = core.ops;
  const {
    DataViewPrototypeGetBuffer, DataViewPrototypeGetByteLength, DataViewPrototypeGetByteOffset, ObjectDefineProperty,
    TypedArrayPrototypeGetBuffer, TypedArrayPrototypeGetByteLength, TypedArrayPrototypeGetByteOffset, TypeError, Uint8Array,
  } = g.__bootstrap.primordials;
  const bytesOf = (data) => {
    if (typeof data === "string") return core.encode(data);
    if (core.isAnyArrayBuffer(data)) return new Uint8Array(data);
    if (core.isDataView(data)) {
      return new Uint8Array(DataViewPrototypeGetBuffer(data), DataViewPrototypeGetByteOffset(data), DataViewPrototypeGetByteLength(data));
    }
    if (core.isTypedArray(data)) {
      return new Uint8Array(TypedArrayPrototypeGetBuffer(data), TypedArrayPrototypeGetByteOffset(data), TypedArrayPrototypeGetByteLength(data));
    }
    throw new TypeError("artifact(key, mime, bytes): bytes is a string, an ArrayBuffer or a view of one; for a Blob use await blob.bytes()");
  };
  const { artifact } = {
    artifact(key, mime, bytes) {
      if (typeof key !== "string" || typeof mime !== "string") throw new TypeError("artifact(key, mime, bytes): key and mime are strings");
      op_mcp_artifact(key, mime, bytesOf(bytes));
    },
  };
  ObjectDefineProperty(g, "artifact", { __proto__: null, value: artifact, writable: true, enumerable: false, configurable: true });
})();
