// How each kind of object is written into the graph, chosen by the nearest prototype of the platform. What is not
// here is lost, and said so. load.js is its mirror.
"use strict";
(() => {
  const { core, registry, format, newFunctions } = globalThis.Deno;
  const { op_mcp_blob_part, op_mcp_weak_entries } = core.ops;
  const { getParts } = core.loadExtScript("ext:deno_web/09_file.js");
  const { node: N, value: V } = format;
  const primordials = globalThis.__bootstrap.primordials;
  const {
    ArrayBufferPrototype, ArrayBufferPrototypeGetByteLength, ArrayIsArray, ArrayPrototype, ArrayPrototypePush, BigIntPrototype, BigIntPrototypeValueOf,
    BooleanPrototype, BooleanPrototypeValueOf, DataViewPrototype, DataViewPrototypeGetBuffer,
    DataViewPrototypeGetByteLength, DataViewPrototypeGetByteOffset, DatePrototype, DatePrototypeGetTime, AsyncGenerator, Error, Generator,
    ErrorPrototype, JSONStringify, MapPrototype, MapPrototypeForEach, MapPrototypeGetSize, NumberPrototype,
    NumberPrototypeValueOf, ObjectGetOwnPropertyDescriptor, ObjectGetPrototypeOf, ObjectHasOwn, ObjectIsExtensible, ObjectPrototype, PromisePrototype,
    ReflectApply, ReflectConstruct, RegExpPrototype, RegExpPrototypeGetFlags, RegExpPrototypeGetSource, ReflectOwnKeys, SafeMap, SafeSet,
    SetPrototype, SetPrototypeForEach, SetPrototypeGetSize, StringPrototype, StringPrototypeCharCodeAt, StringPrototypeValueOf,
    SymbolPrototype, SymbolPrototypeGetDescription, SymbolPrototypeValueOf, SymbolToStringTag, TypedArrayPrototypeGetBuffer, TypedArrayPrototypeGetByteOffset,
    TypedArrayPrototypeGetLength, TypedArrayPrototypeGetSymbolToStringTag, TypedArrayPrototypeSet, Uint8Array, WeakMapPrototype, WeakSetPrototype,
    WeakMapPrototypeHas, WeakSetPrototypeHas, uncurryThis,
  } = primordials;
  const getter = (prototype, name) => uncurryThis(ObjectGetOwnPropertyDescriptor(prototype, name).get);
  const maxByteLength = getter(ArrayBufferPrototype, "maxByteLength");
  const resizable = getter(ArrayBufferPrototype, "resizable");
  const detached = getter(ArrayBufferPrototype, "detached");
  const { URL, URLSearchParams, Blob, File, TextEncoder, TextDecoder, DOMException } = globalThis;
  const href = getter(URL.prototype, "href");
  const paramsText = uncurryThis(URLSearchParams.prototype.toString);
  const encoding = getter(TextDecoder.prototype, "encoding");
  const fatal = getter(TextDecoder.prototype, "fatal");
  const ignoreBOM = getter(TextDecoder.prototype, "ignoreBOM");
  const domName = getter(DOMException.prototype, "name");
  const domMessage = getter(DOMException.prototype, "message");

  const none = new SafeSet();
  const only = (...names) => {
    const set = new SafeSet();
    for (let i = 0; i < names.length; i++) set.add(names[i]);
    return set;
  };
  const succeeds = (probe, value) => {
    try {
      probe(value);
      return true;
    } catch {
      return false;
    }
  };

  // --- objects and arrays
  const writeObject = (save, id, object, prototype) => {
    save.byte(N.OBJECT);
    save.standing(id, object, ObjectPrototype);
  };
  const LENGTH = only("length");
  const writeArray = (save, id, array) => {
    save.byte(N.ARRAY);
    save.varint(array.length);
    const own = ReflectOwnKeys(array);
    // Elements in order from 0, each plain: the usual array. Anything else is written property by property.
    let dense = 0;
    while (dense < own.length && own[dense] === `${dense}`) {
      const property = ObjectGetOwnPropertyDescriptor(array, own[dense]);
      if (!property.writable || !property.enumerable || !property.configurable) break;
      dense++;
    }
    save.varint(dense);
    for (let i = 0; i < dense; i++) save.value(array[i], id, i);
    const except = new SafeSet();
    for (let i = 0; i < dense; i++) except.add(own[i]);
    // `length` is written as a property only where it was made read-only.
    if (ObjectGetOwnPropertyDescriptor(array, "length").writable) except.add("length");
    save.standing(id, array, ArrayPrototype, except);
  };

  // --- collections
  const writeMap = (save, id, map) => {
    save.byte(N.MAP);
    save.varint(MapPrototypeGetSize(map));
    let i = 0;
    MapPrototypeForEach(map, (value, key) => {
      save.value(key, id, `key ${i}`);
      save.value(value, id, typeof key === "string" ? key : `value ${i}`);
      i++;
    });
    save.standing(id, map, MapPrototype, none);
  };
  const writeSet = (save, id, set) => {
    save.byte(N.SET);
    save.varint(SetPrototypeGetSize(set));
    let i = 0;
    SetPrototypeForEach(set, (value) => save.value(value, id, i++));
    save.standing(id, set, SetPrototype, none);
  };
  // The order of a weak collection's entries is V8's own; nobody can tell.
  const writeWeak = (kind, usual) => (save, id, weak) => {
    const entries = op_mcp_weak_entries(weak);
    save.byte(kind);
    save.varint(entries.length);
    for (let i = 0; i < entries.length; i++) save.value(entries[i], id, i);
    save.standing(id, weak, usual, none);
  };

  // --- values in a box
  const writeDate = (save, id, date) => {
    save.byte(N.DATE);
    save.number(DatePrototypeGetTime(date));
    save.standing(id, date, DatePrototype, none);
  };
  const writeRegExp = (save, id, regexp) => {
    save.byte(N.REGEXP);
    save.string(RegExpPrototypeGetSource(regexp));
    save.string(RegExpPrototypeGetFlags(regexp));
    save.standing(id, regexp, RegExpPrototype);
  };
  // The characters and the length of a String belong to its value.
  const boxed = (unbox, usual) => (save, id, box) => {
    const value = unbox(box);
    save.byte(N.BOXED);
    save.value(value, id, "value");
    let except = none;
    if (typeof value === "string") {
      except = only("length");
      for (let i = 0; i < value.length; i++) except.add(`${i}`);
    }
    save.standing(id, box, usual, except);
  };
  const writeSymbol = (save, symbol) => {
    const description = SymbolPrototypeGetDescription(symbol);
    save.byte(N.SYMBOL);
    save.byte(description === undefined ? 0 : 1);
    save.string(description ?? "");
  };

  // --- errors: `stack` is an accessor of V8's and becomes the text it gives
  const STACK = only("stack");
  const writeError = (save, id, error) => {
    save.byte(N.ERROR);
    const property = ObjectGetOwnPropertyDescriptor(error, "stack");
    const stack = property?.get !== undefined && registry.has(property.get)
      ? ReflectApply(property.get, error, [])
      : property?.value;
    save.value(typeof stack === "string" ? stack : undefined, id, "stack");
    save.standing(id, error, ErrorPrototype, STACK);
  };
  const writeDomException = (save, id, error) => {
    save.byte(N.DOM_EXCEPTION);
    save.string(domName(error));
    save.string(domMessage(error));
  };

  // --- bytes
  const writeBuffer = (save, id, buffer) => {
    if (detached(buffer)) return lose(save, id, "its contents were transferred away");
    save.byte(N.BUFFER);
    save.varint(resizable(buffer) ? maxByteLength(buffer) + 1 : 0);
    save.buffer(new Uint8Array(buffer, 0, ArrayBufferPrototypeGetByteLength(buffer)));
    save.standing(id, buffer, ArrayBufferPrototype, none);
  };
  const writeView = (save, id, view) => {
    const kind = TypedArrayPrototypeGetSymbolToStringTag(view) ?? "DataView";
    const data = kind === "DataView";
    const buffer = data ? DataViewPrototypeGetBuffer(view) : TypedArrayPrototypeGetBuffer(view);
    if (core.isSharedArrayBuffer(buffer)) return lose(save, id, "shared memory is not kept");
    if (detached(buffer)) return lose(save, id, "its contents were transferred away");
    save.byte(N.VIEW);
    save.string(kind);
    save.value(buffer, id, "buffer");
    if (save.ids.has(buffer)) save.need(id, save.ids.get(buffer), false);
    save.varint(data ? DataViewPrototypeGetByteOffset(view) : TypedArrayPrototypeGetByteOffset(view));
    save.varint(data ? DataViewPrototypeGetByteLength(view) : TypedArrayPrototypeGetLength(view));
    let except = none;
    if (!data) {
      except = new SafeSet();
      const length = TypedArrayPrototypeGetLength(view);
      // Elements are among the keys: left out without building a set as large as the array.
      except = { __proto__: null, size: length, has: (key) => typeof key === "string" && isIndex(key) };
    }
    save.standing(id, view, primordials[kind].prototype, except);
  };
  const isIndex = (key) => {
    const code = StringPrototypeCharCodeAt(key, 0);
    return code >= 48 && code <= 57;
  };
  const writeBlob = (save, id, blob) => {
    const ids = getParts(blob);
    const parts = [];
    let size = 0;
    try {
      for (let i = 0; i < ids.length; i++) {
        ArrayPrototypePush(parts, op_mcp_blob_part(ids[i]));
        size += TypedArrayPrototypeGetLength(parts[i]);
      }
    } catch {
      return lose(save, id, "its bytes are not in memory");
    }
    const bytes = new Uint8Array(size);
    let at = 0;
    for (let i = 0; i < parts.length; i++) {
      TypedArrayPrototypeSet(bytes, parts[i], at);
      at += TypedArrayPrototypeGetLength(parts[i]);
    }
    save.byte(N.BLOB);
    const file = ObjectGetPrototypeOf(blob) === File.prototype;
    save.string(blobType(blob));
    save.value(file ? fileName(blob) : undefined, id, "name");
    save.number(file ? fileModified(blob) : 0);
    save.buffer(bytes);
  };
  const blobType = getter(Blob.prototype, "type");
  const fileName = getter(File.prototype, "name");
  const fileModified = getter(File.prototype, "lastModified");

  // --- promises: settled ones
  const writePromise = (save, id, promise) => {
    const { 0: state, 1: result } = core.getPromiseDetails(promise);
    if (state === 0) return lose(save, id, "a pending promise cannot be kept");
    save.byte(N.PROMISE);
    save.byte(state);
    save.value(result, id, "result");
    save.standing(id, promise, PromisePrototype, none);
  };

  // --- Intl, from its own account of itself
  const intl = new SafeMap();
  const { Intl } = globalThis;
  for (const name of ["Collator", "DateTimeFormat", "DisplayNames", "DurationFormat", "ListFormat", "NumberFormat",
    "PluralRules", "RelativeTimeFormat", "Segmenter"]) {
    if (Intl[name] !== undefined) {
      intl.set(Intl[name].prototype, {
        __proto__: null, name, create: Intl[name], options: uncurryThis(Intl[name].prototype.resolvedOptions),
      });
    }
  }
  const writeIntl = (how) => (save, id, object) => {
    const options = how.options(object);
    const text = JSONStringify(options);
    let same = false;
    try {
      same = JSONStringify(how.options(ReflectConstruct(how.create, [options.locale, options]))) === text;
    } catch {
      // Some options are said in a form that is not taken back.
    }
    if (!same) return lose(save, id, `this Intl.${how.name} cannot be made again from its options`);
    save.byte(N.INTL);
    save.string(how.name);
    save.string(text);
  };

  const lose = (save, id, reason) => {
    save.byte(N.LOST);
    save.lose(id, reason);
  };

  // By the nearest prototype of the platform; `is` tells a real one from a plain object that only inherits.
  const byPrototype = new SafeMap();
  const on = (prototype, is, write) => byPrototype.set(prototype, { __proto__: null, is, write });
  on(MapPrototype, MapPrototypeGetSize, writeMap);
  on(SetPrototype, SetPrototypeGetSize, writeSet);
  on(WeakMapPrototype, (weak) => WeakMapPrototypeHas(weak, none), writeWeak(N.WEAK_MAP, WeakMapPrototype));
  on(WeakSetPrototype, (weak) => WeakSetPrototypeHas(weak, none), writeWeak(N.WEAK_SET, WeakSetPrototype));
  on(DatePrototype, DatePrototypeGetTime, writeDate);
  on(RegExpPrototype, RegExpPrototypeGetSource, writeRegExp);
  on(NumberPrototype, NumberPrototypeValueOf, boxed(NumberPrototypeValueOf, NumberPrototype));
  on(StringPrototype, StringPrototypeValueOf, boxed(StringPrototypeValueOf, StringPrototype));
  on(BooleanPrototype, BooleanPrototypeValueOf, boxed(BooleanPrototypeValueOf, BooleanPrototype));
  on(BigIntPrototype, BigIntPrototypeValueOf, boxed(BigIntPrototypeValueOf, BigIntPrototype));
  on(SymbolPrototype, SymbolPrototypeValueOf, boxed(SymbolPrototypeValueOf, SymbolPrototype));
  on(ArrayBufferPrototype, ArrayBufferPrototypeGetByteLength, writeBuffer);
  on(DataViewPrototype, DataViewPrototypeGetByteLength, writeView);
  on(PromisePrototype, (promise) => {
    if (!core.isPromise(promise)) throw new Error();
  }, writePromise);
  on(URL.prototype, href, (save, _id, url) => {
    save.byte(N.URL);
    save.string(href(url));
  });
  on(URLSearchParams.prototype, paramsText, (save, _id, params) => {
    save.byte(N.URL_SEARCH_PARAMS);
    save.string(paramsText(params));
  });
  on(Blob.prototype, blobType, writeBlob);
  on(File.prototype, fileName, writeBlob);
  on(TextEncoder.prototype, getter(TextEncoder.prototype, "encoding"), (save) => save.byte(N.TEXT_ENCODER));
  on(TextDecoder.prototype, encoding, (save, _id, decoder) => {
    save.byte(N.TEXT_DECODER);
    save.string(encoding(decoder));
    save.byte((fatal(decoder) ? 1 : 0) | (ignoreBOM(decoder) ? 2 : 0));
  });
  on(DOMException.prototype, domName, writeDomException);
  // A generator is lost, and so is a running iterator; the objects that generator functions make them from are not.
  const isGenerator = (object) => {
    if (!core.isGeneratorObject(object)) throw new Error();
  };
  const writeGenerator = (save, id) => lose(save, id, "a generator that has begun cannot be kept");
  on(Generator.prototype, isGenerator, writeGenerator);
  on(AsyncGenerator.prototype, isGenerator, writeGenerator);
  intl.forEach((how, prototype) => on(prototype, how.options, writeIntl(how)));
  const isError = (error) => {
    if (!core.isNativeError(error)) throw new Error();
  };
  for (const name of ["Error", "AggregateError", "EvalError", "RangeError", "ReferenceError", "SyntaxError",
    "TypeError", "URIError", "SuppressedError"]) {
    if (globalThis[name] !== undefined) on(globalThis[name].prototype, isError, writeError);
  }

  const nearest = (object) => {
    let prototype = ObjectGetPrototypeOf(object);
    while (prototype !== null && !core.isProxy(prototype) && !registry.has(prototype)) {
      prototype = ObjectGetPrototypeOf(prototype);
    }
    return prototype;
  };
  // The prototype of a class that extends one of the platform's.
  const isPrototype = (object) => {
    const constructor = ObjectGetOwnPropertyDescriptor(object, "constructor")?.value;
    return typeof constructor === "function" && !core.isProxy(constructor) && !registry.has(constructor) &&
      ObjectGetOwnPropertyDescriptor(constructor, "prototype")?.value === object;
  };
  const nameOf = (prototype) => {
    const tag = ObjectGetOwnPropertyDescriptor(prototype, SymbolToStringTag)?.value;
    const path = registry.pathOf(prototype) ?? "object of the platform";
    return typeof tag === "string" ? tag : path;
  };

  const write = (save, id, node) => {
    if (typeof node === "symbol") return writeSymbol(save, node);
    if (core.isProxy(node)) return lose(save, id, "a Proxy cannot be kept");
    if (typeof node === "function") return save.functions.write(save, id, node);
    if (ArrayIsArray(node)) return writeArray(save, id, node);
    const prototype = ObjectGetPrototypeOf(node);
    if (prototype === ObjectPrototype || prototype === null) return writeObject(save, id, node);
    if (core.isArrayBufferView(node)) return writeView(save, id, node);
    const platform = nearest(node);
    if (platform === ObjectPrototype || platform === null) return writeObject(save, id, node);
    if (core.isProxy(platform)) return lose(save, id, "its prototype is a Proxy, which cannot be kept");
    const how = byPrototype.get(platform);
    if (how !== undefined && succeeds(how.is, node)) return how.write(save, id, node);
    // Made with Object.create from a prototype of the platform, or the prototype of a class that extends it.
    if (how !== undefined) return writeObject(save, id, node);
    if (platform === ArrayPrototype || isPrototype(node)) return writeObject(save, id, node);
    return lose(save, id, `a ${nameOf(platform)} cannot be kept`);
  };

  globalThis.Deno.kinds = { __proto__: null, write, newFunctions, lose, intl };
})();
