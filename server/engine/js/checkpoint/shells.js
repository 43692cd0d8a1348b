// An empty object of each kind of node, for load.js to fill: what an object is made from and cannot be given later.
"use strict";
(() => {
  const g = globalThis;
  const { core, registry, format, setSource } = g.Deno;
  const { op_mcp_evaluate } = core.ops;
  const { node: N, slot: SLOT } = format;
  const {
    ArrayBuffer, ArrayPrototypeJoin, ArrayPrototypeMap, ArrayPrototypePush, BigInt64Array, BigUint64Array, DataView, Date, Error, Float32Array, Float64Array,
    Int16Array, Int32Array, Int8Array, JSONParse, Map, Object, ObjectDefineProperty, ObjectGetOwnPropertyDescriptor,
    Promise, PromisePrototypeThen, RegExp, ReflectConstruct, Set, StringPrototypeIncludes, Symbol, TypedArrayPrototypeSet, Uint16Array, Uint32Array, Uint8Array,
    Uint8ClampedArray, WeakMap, WeakSet,
  } = g.__bootstrap.primordials;
  const { URL, URLSearchParams, Blob, File, TextEncoder, TextDecoder, DOMException, Intl } = g;
  const views = {
    __proto__: null, BigInt64Array, BigUint64Array, DataView, Float16Array: g.Float16Array, Float32Array, Float64Array, Int16Array,
    Int32Array, Int8Array, Uint16Array, Uint32Array, Uint8Array, Uint8ClampedArray,
  };
  // Taken now: a script may replace what hangs on Intl.
  const intl = { __proto__: null };
  for (const name of Object.getOwnPropertyNames(Intl)) intl[name] = Intl[name];

  const buffer = (load) => {
    const most = load.varint();
    const contents = load.buffers[load.varint()];
    if (most === 0) return contents;
    const resizable = new ArrayBuffer(contents.byteLength, { __proto__: null, maxByteLength: most - 1 });
    TypedArrayPrototypeSet(new Uint8Array(resizable), new Uint8Array(contents));
    return resizable;
  };
  const view = (load) => {
    const kind = load.string();
    const contents = load.value();
    const offset = load.varint();
    return new views[kind](contents, offset, load.varint());
  };
  const blob = (load) => {
    const type = load.string();
    const name = load.value();
    const lastModified = load.number();
    const bytes = new Uint8Array(load.buffers[load.varint()]);
    return name === undefined
      ? new Blob([bytes], { __proto__: null, type })
      : new File([bytes], name, { __proto__: null, type, lastModified });
  };
  const promise = (load, id) => {
    const made = new Promise((resolve, reject) => load.settlers.set(id, { __proto__: null, resolve, reject }));
    // Its rejection was the business of a run that is over.
    PromisePrototypeThen(made, undefined, () => {});
    return made;
  };
  const domException = (load) => {
    const name = load.string();
    return new DOMException(load.string(), name);
  };
  const textDecoder = (load) => {
    const label = load.string();
    const bits = load.byte();
    return new TextDecoder(label, { __proto__: null, fatal: (bits & 1) !== 0, ignoreBOM: (bits & 2) !== 0 });
  };
  const intlObject = (load) => {
    const name = load.string();
    const options = JSONParse(load.string());
    return ReflectConstruct(intl[name], [options.locale, options]);
  };
  const regexp = (load) => {
    const source = load.string();
    return new RegExp(source, load.string());
  };
  const symbol = (load) => {
    const described = load.byte() === 1;
    const description = load.string();
    return described ? Symbol(description) : Symbol();
  };
  // A property of its class, which brought it along.
  const member = (load) => {
    const owner = load.shell(load.varint());
    const slot = load.byte();
    const key = load.value();
    const property = ObjectGetOwnPropertyDescriptor(slot & SLOT.STATIC ? owner : owner.prototype, key);
    return slot & SLOT.GET ? property.get : slot & SLOT.SET ? property.set : property.value;
  };

  // A function or class from its source, in the scope of the variables it closed over; those are set later, because they
  // may lead back to it.
  const callable = (load, id) => {
    const source = load.string();
    const facts = load.facts.get(id);
    const names = [];
    const start = load.varint();
    const values = load.at;
    for (let i = 0; i < start; i++) {
      ArrayPrototypePush(names, load.string());
      load.skip();
    }
    const prototype = load.reference();
    let given = "$values";
    while (StringPrototypeIncludes(source, given)) given += "$";
    const declared = names.length === 0 ? "" : `let ${ArrayPrototypeJoin(names, ",")};`;
    const set = ArrayPrototypeJoin(ArrayPrototypeMap(names, (name, i) => `${name}=${given}[${i}];`), "");
    const code = `"use strict";((${facts.heritage})=>{${declared}return[${facts.text}\n,(${given})=>{${set}}]})`;
    const { 0: made, 1: setter } = op_mcp_evaluate(code)(facts.heritage === "" ? undefined : load.heritage(id));
    if (names.length > 0) load.closures.set(id, { __proto__: null, setter, values, count: names.length });
    if (facts.edited) setSource(made, source);
    if (prototype !== undefined) {
      const own = ObjectGetOwnPropertyDescriptor(made, "prototype")?.value;
      if (own !== undefined && load.shells[prototype] === undefined) load.shells[prototype] = own;
      load.prototypes.set(id, prototype);
    }
    return made;
  };

  const by = [];
  by[N.OBJECT] = () => ({});
  by[N.ARRAY] = () => [];
  by[N.MAP] = () => new Map();
  by[N.SET] = () => new Set();
  by[N.WEAK_MAP] = () => new WeakMap();
  by[N.WEAK_SET] = () => new WeakSet();
  by[N.DATE] = (load) => new Date(load.number());
  by[N.REGEXP] = regexp;
  by[N.ERROR] = () => new Error();
  by[N.BOXED] = (load) => Object(load.value());
  by[N.BUFFER] = buffer;
  by[N.VIEW] = view;
  by[N.FUNCTION] = callable;
  by[N.CLASS] = callable;
  by[N.METHOD] = member;
  by[N.SYMBOL] = symbol;
  by[N.PROMISE] = promise;
  by[N.URL] = (load) => new URL(load.string());
  by[N.URL_SEARCH_PARAMS] = (load) => new URLSearchParams(load.string());
  by[N.BLOB] = blob;
  by[N.INTL] = intlObject;
  by[N.TEXT_ENCODER] = () => new TextEncoder();
  by[N.TEXT_DECODER] = textDecoder;
  by[N.DOM_EXCEPTION] = domException;
  g.Deno.shells = by;
})();
