// node:util/types, by what V8 says of a value.
(function () {
const { core } = __bootstrap;
const types = {};
for (const name of ["isAnyArrayBuffer", "isArgumentsObject", "isArrayBuffer", "isArrayBufferView", "isAsyncFunction",
  "isBigIntObject", "isBooleanObject", "isBoxedPrimitive", "isDataView", "isDate", "isGeneratorFunction",
  "isGeneratorObject", "isMap", "isMapIterator", "isModuleNamespaceObject", "isNativeError", "isNumberObject",
  "isPromise", "isProxy", "isRegExp", "isSet", "isSetIterator", "isSharedArrayBuffer", "isStringObject",
  "isSymbolObject", "isTypedArray", "isWeakMap", "isWeakSet"]) {
  const is = core[name];
  if (typeof is === "function") types[name] = ({ [name]: (value) => is(value) })[name];
}
const tag = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag).get;
for (const name of ["BigInt64Array", "BigUint64Array", "Float32Array", "Float64Array", "Int8Array", "Int16Array", "Int32Array",
  "Uint8Array", "Uint8ClampedArray", "Uint16Array", "Uint32Array"]) {
  const is = `is${name}`;
  types[is] = ({ [is]: (value) => ArrayBuffer.isView(value) && Reflect.apply(tag, value, []) === name })[is];
}
return { default: types, ...types };
})();
