// An empty object of each kind of node, for load.js to fill: what an object is made from and cannot be given later.
"use strict";
(() => {
  const g = globalThis;
  const { core, format, registry, setSource, settle } = g.Deno;
  const { op_mcp_evaluate } = core.ops;
  const { node: N, slot: SLOT } = format;
  const {
    ArrayBuffer, ArrayPrototypeJoin, ArrayPrototypeMap, ArrayPrototypePush, BigInt64Array, BigUint64Array, DataView, Date, Error, Float32Array, Float64Array,
    Int16Array, Int32Array, Int8Array, JSONParse, Map, Object, ObjectGetOwnPropertyDescriptor,
    Promise, PromisePrototypeThen, RegExp, ReflectConstruct, Set, StringPrototypeIncludes, Symbol, TypedArrayPrototypeSet, Uint16Array, Uint32Array, Uint8Array,
    Uint8ClampedArray, WeakMap, WeakSet,
  } = g.__bootstrap.primordials;
  const { URL, URLSearchParams, Blob, File, TextEncoder, TextDecoder, DOMException, Intl } = g;
  const views = {
    __proto__: null, BigInt64Array, BigUint64Array, DataView, Float32Array, Float64Array, Int16Array,
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
    const length = load.varint();
    const View = views[kind] ?? registry.at(kind);
    return length === 0 ? new View(contents, offset) : new View(contents, offset, length - 1);
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
    const id = load.varint();
    const owner = load.shell(id);
    const slot = load.byte();
    let key = load.value();
    if (owner === load.absent) return owner;
    const computed = slot & SLOT.COMPUTED ? load.facts.get(id).computed[key] : undefined;
    if (computed !== undefined) key = `${load.facts.get(id).placeholder}${key}`;
    const property = ObjectGetOwnPropertyDescriptor(slot & SLOT.STATIC ? owner : owner.prototype, key);
    if (property === undefined) return load.absent;
    const fn = slot & SLOT.GET ? property.get : slot & SLOT.SET ? property.set : property.value;
    if (computed !== undefined) setSource(fn, computed.text);
    return fn;
  };

  const params = (load) => {
    const text = load.string();
    const url = load.value();
    return url === undefined ? new URLSearchParams(text) : url.searchParams;
  };

  // A function or class from its source, in the scope of the variables it closed over; those are set later, because they
  // may lead back to it.
  const callable = (load, id) => {
    const source = load.string();
    const mode = load.byte() === 1 ? "" : '"use strict";';
    const facts = load.facts.get(id);
    const names = [];
    const count = load.varint();
    const values = load.at;
    for (let i = 0; i < count; i++) {
      ArrayPrototypePush(names, load.string());
      load.skip();
    }
    const prototype = load.reference();
    let given = "$values";
    while (StringPrototypeIncludes(source, given)) given += "$";
    const declared = names.length === 0 ? "" : `let ${ArrayPrototypeJoin(names, ",")};`;
    const set = ArrayPrototypeJoin(ArrayPrototypeMap(names, (name, i) => `${name}=${given}[${i}];`), "");
    const code = `${mode}((${facts.heritage})=>{${declared}return[${facts.text}\n,(${given})=>{${set}}]})`;
    const made = evaluate(load, id, facts, code);
    if (made === undefined) return load.absent;
    const { 0: fn, 1: setter } = made;
    if (names.length > 0) load.closures.set(id, { __proto__: null, setter, values, count: names.length });
    else settle(fn, facts, source);
    if (facts.edited) setSource(fn, source);
    if (prototype !== undefined) {
      const own = ObjectGetOwnPropertyDescriptor(fn, "prototype")?.value;
      if (own !== undefined && load.shells[prototype] === undefined) load.shells[prototype] = own;
      load.prototypes.set(id, prototype);
    }
    return fn;
  };
  // Another engine may refuse what this one took: then that function is lost and not the session.
  const evaluate = (load, id, facts, code) => {
    const heritage = facts.heritage === "" ? undefined : load.heritage(id);
    const name = facts.name === "" ? "a function" : facts.name;
    if (heritage === load.absent) return load.lose(name, "what it extends could not be made again");
    try {
      if (typeof facts.reason === "string") return load.lose(name, facts.reason);
      return op_mcp_evaluate(code)(heritage);
    } catch (error) {
      return load.lose(name, `it could not be made again: ${error.message}`);
    }
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
  by[N.URL_SEARCH_PARAMS] = params;
  by[N.BLOB] = blob;
  by[N.INTL] = intlObject;
  by[N.TEXT_ENCODER] = () => new TextEncoder();
  by[N.TEXT_DECODER] = textDecoder;
  by[N.DOM_EXCEPTION] = domException;
  g.Deno.shells = by;
})();
