// How each kind of object is written into the graph, chosen by the nearest prototype of the platform. What is not
// here is lost, and said so. load.js is its mirror.
"use strict";
(() => {
  const { core, registry, format, lists, newFunctions, views } = globalThis.Deno;
  const { follows, isOutOfBounds, typed } = views;
  const { append, dataOf, isData, list } = lists;
  const { op_mcp_blob_part, op_mcp_is_ordinary, op_mcp_named_keys, op_mcp_weak_entries } = core.ops;
  const { getParts } = core.loadExtScript("ext:deno_web/09_file.js");
  const { node: N, value: V } = format;
  const primordials = globalThis.__bootstrap.primordials;
  const {
    ArrayBufferPrototype, ArrayBufferPrototypeGetByteLength, ArrayIsArray, ArrayPrototype, ArrayPrototypeSort, BigIntPrototype, BigIntPrototypeValueOf,
    BooleanPrototype, BooleanPrototypeValueOf, DataViewPrototype, DataViewPrototypeGetBuffer,
    DataViewPrototypeGetByteLength, DataViewPrototypeGetByteOffset, DatePrototype, DatePrototypeGetTime, AsyncGenerator, Error, Generator,
    ErrorPrototype, FunctionPrototype, JSONStringify, MapPrototype, MapPrototypeForEach, MapPrototypeGetSize, NumberPrototype,
    NumberPrototypeValueOf, ObjectGetOwnPropertyDescriptor, ObjectGetPrototypeOf, ObjectPrototype, ObjectSetPrototypeOf, PromisePrototype,
    ReflectApply, ReflectConstruct, RegExpPrototype, RegExpPrototypeGetFlags, RegExpPrototypeGetSource, ReflectOwnKeys, SafeMap, SafeSet,
    SetPrototype, SetPrototypeForEach, SetPrototypeGetSize, StringPrototype, StringPrototypeValueOf,
    SymbolKeyFor, SymbolPrototype, SymbolPrototypeGetDescription, SymbolPrototypeValueOf, SymbolToStringTag, TypedArrayPrototypeGetBuffer, TypedArrayPrototypeGetByteOffset,
    TypedArrayPrototypeGetLength, TypedArrayPrototypeGetSymbolToStringTag, TypedArrayPrototypeSet, Uint8Array, WeakMapPrototype, WeakSetPrototype,
    WeakMapPrototypeHas, WeakSetPrototypeHas, uncurryThis,
  } = primordials;
  const getter = (prototype, name) => uncurryThis(ObjectGetOwnPropertyDescriptor(prototype, name).get);
  const maxByteLength = getter(ArrayBufferPrototype, "maxByteLength");
  const resizable = getter(ArrayBufferPrototype, "resizable");
  const detached = getter(ArrayBufferPrototype, "detached");
  const { URL, URLSearchParams, Blob, File, TextEncoder, TextDecoder, DOMException } = globalThis;
  const href = getter(URL.prototype, "href");
  const searchParams = getter(URL.prototype, "searchParams");
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
  // From this length on the keys that are no indices are asked for alone.
  const LONG = 32;
  const writeArray = (save, id, array) => {
    save.byte(N.ARRAY);
    const { length } = array;
    save.varint(length);
    // Elements in order from 0, each plain: the usual array. Anything else is written property by property.
    let dense = 0;
    while (dense < length && isPlain(ObjectGetOwnPropertyDescriptor(array, dense))) dense++;
    save.varint(dense);
    for (let i = 0; i < dense; i++) save.value(array[i], id, i);
    // `length` is written as a property only where it was made read-only.
    const fixedLength = !ObjectGetOwnPropertyDescriptor(array, "length").writable;
    if (dense === length && length > LONG) {
      save.standing(id, array, ArrayPrototype, fixedLength ? none : LENGTH, op_mcp_named_keys(array));
    } else {
      save.standing(id, array, ArrayPrototype, {
        __proto__: null,
        has: (key) => key === "length" ? !fixedLength : typeof key === "string" && isIndex(key) && +key < dense,
      });
    }
  };
  const isPlain = (property) => property !== undefined && isData(property) && property.writable &&
    property.enumerable && property.configurable;
  const LENGTH = only("length");
  // Whether a key is an index, and no other text that begins like one.
  const isIndex = (key) => `${+key}` === key && +key >= 0 && +key < 4294967295;

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
  // Written last, see `finishWeak` of save.js. V8 gives entries in an order of its own.
  const writeWeakLater = (kind, usual) => (save, id, weak) => {
    const entries = op_mcp_weak_entries(weak);
    append(save.weak, { __proto__: null, id, weak, kind, usual, entries });
    if (entries.length > 0 && kind === N.WEAK_MAP && entries.length % 2 !== 0) throw new Error("half an entry");
  };
  const place = (save, key) => registry.has(key) ? registry.order(key) - REGISTERED : save.ids.get(key);
  // More than there are objects of the platform: theirs come first.
  const REGISTERED = 1 << 24;
  // Meets the values of entries whose keys were met; whether there are new ones.
  const follow = (save, { id, weak, kind, usual, entries }) => {
    const before = save.nodes.length;
    meetStanding(save, id, weak, usual);
    if (kind !== N.WEAK_MAP) return save.nodes.length > before;
    for (let i = 0; i < entries.length; i += 2) {
      const value = entries[i + 1];
      if (place(save, entries[i]) !== undefined && isNode(value)) save.idOf(value, id, "value");
    }
    return save.nodes.length > before;
  };
  // What its properties and its prototype lead to: all of it has to be met before a weak collection is written.
  const meetStanding = (save, id, object, usual) => {
    const meet = (value, key) => isNode(value) && save.idOf(value, id, key);
    const prototype = ObjectGetPrototypeOf(object);
    if (prototype !== usual) meet(prototype, "[[Prototype]]");
    const own = ReflectOwnKeys(object);
    for (let i = 0; i < own.length; i++) {
      const property = ObjectGetOwnPropertyDescriptor(object, own[i]);
      meet(own[i], own[i]);
      if (isData(property)) meet(property.value, own[i]);
      else meet(property.get, own[i]), meet(property.set, own[i]);
    }
  };
  const isNode = (value) => {
    if (typeof value === "symbol" && SymbolKeyFor(value) !== undefined) return false;
    return (typeof value === "symbol" || typeof value === "function" || (typeof value === "object" && value !== null)) &&
      !registry.has(value);
  };
  const writeWeak = (save, { id, weak, kind, usual, entries }) => {
    const step = kind === N.WEAK_MAP ? 2 : 1;
    const kept = list();
    for (let i = 0; i < entries.length; i += step) {
      const at = place(save, entries[i]);
      if (at !== undefined) append(kept, { __proto__: null, at, i });
    }
    ArrayPrototypeSort(kept, (a, b) => a.at - b.at);
    save.byte(kind);
    save.varint(kept.length * step);
    for (let k = 0; k < kept.length; k++) {
      for (let i = 0; i < step; i++) save.value(entries[kept[k].i + i], id, i === 0 ? "key" : "value");
    }
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
  const stackOf = (save, id, error) => {
    const property = ObjectGetOwnPropertyDescriptor(error, "stack");
    if (property === undefined) return undefined;
    if (isData(property)) return property.value;
    if (!registry.has(property.get)) return undefined;
    if (isSayable(error, "name") && isSayable(error, "message")) return ReflectApply(property.get, error, list());
    save.say(`${save.pathOf(id)}.stack`, "its text would have to run code of the script");
    return undefined;
  };
  // V8 makes the text at its first use, from these: whether that runs no code of the script.
  const isSayable = (error, key) => {
    for (let at = error; at !== null; at = ObjectGetPrototypeOf(at)) {
      if (core.isProxy(at)) return false;
      const property = ObjectGetOwnPropertyDescriptor(at, key);
      if (property === undefined) continue;
      if (!isData(property)) return registry.has(property.get);
      return typeof property.value !== "function" && (typeof property.value !== "object" || property.value === null);
    }
    return true;
  };
  const writeError = (save, id, error) => {
    const stack = stackOf(save, id, error);
    save.byte(N.ERROR);
    save.value(typeof stack === "string" ? stack : undefined, id, "stack");
    save.standing(id, error, ErrorPrototype, STACK);
  };
  const writeDomException = (save, id, error) => {
    const stack = stackOf(save, id, error);
    save.byte(N.DOM_EXCEPTION);
    save.string(domName(error));
    save.string(domMessage(error));
    save.value(typeof stack === "string" ? stack : undefined, id, "stack");
    save.standing(id, error, DOMException.prototype, ownOfDomException);
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
    if (isOutOfBounds(view, kind, buffer)) return lose(save, id, "its buffer has become too short for it");
    save.byte(N.VIEW);
    save.string(kind);
    save.value(buffer, id, "buffer");
    if (save.ids.has(buffer)) save.need(id, save.ids.get(buffer), false);
    save.varint(data ? DataViewPrototypeGetByteOffset(view) : TypedArrayPrototypeGetByteOffset(view));
    // One more than its length; 0: it has none of its own and follows a buffer that can be resized.
    save.varint(follows(view, kind, buffer) ? 0 : 1 + (data ? DataViewPrototypeGetByteLength(view) : TypedArrayPrototypeGetLength(view)));
    // Of an array of bytes the elements are in its buffer.
    const keys = data ? undefined : op_mcp_named_keys(view);
    save.standing(id, view, (typed[kind] ?? registry.at(kind)).prototype, none, keys);
  };
  const writeBlob = (save, id, blob) => {
    const ids = getParts(blob);
    const parts = list();
    let size = 0;
    try {
      for (let i = 0; i < ids.length; i++) {
        append(parts, op_mcp_blob_part(ids[i]));
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
    const file = succeeds(fileName, blob);
    save.string(blobType(blob));
    save.value(file ? fileName(blob) : undefined, id, "name");
    save.number(file ? fileModified(blob) : 0);
    save.buffer(bytes);
    save.standing(id, blob, file ? File.prototype : Blob.prototype, file ? ownOfFile : ownOfBlob);
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
        __proto__: null, name, create: Intl[name], prototype: Intl[name].prototype, options: uncurryThis(Intl[name].prototype.resolvedOptions),
      });
    }
  }
  const writeIntl = (how) => (save, id, object) => {
    save.native(id, `an Intl.${how.name}`);
    const options = optionsOf(how, object);
    const text = JSONStringify(options);
    let same = false;
    try {
      same = JSONStringify(optionsOf(how, ReflectConstruct(how.create, [options.locale, options]))) === text;
    } catch {
      // Some options are said in a form that is not taken back.
    }
    if (!same) return lose(save, id, `this Intl.${how.name} cannot be made again from its options`);
    save.byte(N.INTL);
    save.string(how.name);
    save.string(text);
    save.standing(id, object, how.prototype, none);
  };
  const optionsOf = (how, object) => ObjectSetPrototypeOf(how.options(object), null);

  const lose = (save, id, reason) => {
    save.byte(N.LOST);
    save.lose(id, reason);
  };

  // By the nearest prototype of the platform; `is` tells a real one from a plain object that only inherits.
  const byPrototype = new SafeMap();
  const on = (prototype, is, write) => byPrototype.set(prototype, { __proto__: null, is, write });
  on(MapPrototype, MapPrototypeGetSize, writeMap);
  on(SetPrototype, SetPrototypeGetSize, writeSet);
  on(WeakMapPrototype, (weak) => WeakMapPrototypeHas(weak, none), writeWeakLater(N.WEAK_MAP, WeakMapPrototype));
  on(WeakSetPrototype, (weak) => WeakSetPrototypeHas(weak, none), writeWeakLater(N.WEAK_SET, WeakSetPrototype));
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
  // Its parameters are an object of their own, which goes on to change it.
  on(URL.prototype, href, (save, id, url) => {
    save.byte(N.URL);
    save.string(href(url));
    save.value(searchParams(url), id, "searchParams");
    save.standing(id, url, URL.prototype, ownOfUrl);
  });
  on(URLSearchParams.prototype, paramsText, (save, id, params) => {
    save.byte(N.URL_SEARCH_PARAMS);
    save.string(paramsText(params));
    save.value(dataOf(params, urlObject) ?? undefined, id, "url");
    save.standing(id, params, URLSearchParams.prototype, ownOfParams);
  });
  on(Blob.prototype, blobType, writeBlob);
  on(File.prototype, fileName, writeBlob);
  on(TextEncoder.prototype, getter(TextEncoder.prototype, "encoding"), (save, id, encoder) => {
    save.byte(N.TEXT_ENCODER);
    save.standing(id, encoder, TextEncoder.prototype, ownOfEncoder);
  });
  on(TextDecoder.prototype, encoding, (save, id, decoder) => {
    save.byte(N.TEXT_DECODER);
    save.string(encoding(decoder));
    save.byte((fatal(decoder) ? 1 : 0) | (ignoreBOM(decoder) ? 2 : 0));
    save.standing(id, decoder, TextDecoder.prototype, ownOfDecoder);
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

  // What every object of these kinds has of its own belongs to the platform.
  const ownKeys = (object) => only(...ReflectOwnKeys(object));
  // The property by which parameters know their URL.
  const urlObject = ReflectOwnKeys(new URLSearchParams()).find((key) => key.description === "url object");
  const ownOfUrl = ownKeys(new URL("http://a/"));
  const ownOfParams = ownKeys(new URLSearchParams());
  const ownOfBlob = ownKeys(new Blob([]));
  const ownOfFile = ownKeys(new File([], ""));
  const ownOfEncoder = ownKeys(new TextEncoder());
  const ownOfDecoder = ownKeys(new TextDecoder());
  const ownOfDomException = ownKeys(new DOMException());

  const nearest = (object) => {
    let prototype = ObjectGetPrototypeOf(object);
    while (prototype !== null && !core.isProxy(prototype) && !registry.has(prototype)) {
      prototype = ObjectGetPrototypeOf(prototype);
    }
    return prototype;
  };
  // The prototype of a class that extends one of the platform's.
  const isPrototype = (object) => {
    const constructor = dataOf(object, "constructor");
    return typeof constructor === "function" && !core.isProxy(constructor) && !registry.has(constructor) &&
      dataOf(constructor, "prototype") === object;
  };
  const nameOf = (prototype) => {
    const tag = dataOf(prototype, SymbolToStringTag);
    const path = registry.pathOf(prototype) ?? "object of the platform";
    return typeof tag === "string" ? tag : path;
  };

  // By what it is, where its prototype tells nothing.
  const writeByItself = (save, id, node) => {
    for (let i = 0; i < kindsOf.length; i++) {
      if (succeeds(kindsOf[i].is, node)) return kindsOf[i].write(save, id, node);
    }
    return lose(save, id, "an object of the platform with another prototype than its own cannot be kept");
  };
  // What inherits from these without being one of their kind is a plain object, and V8 tells which is.
  const inherited = new SafeSet();
  inherited.add(ArrayPrototype);
  inherited.add(FunctionPrototype);
  inherited.add(ObjectGetPrototypeOf(typed.Uint8Array.prototype));
  inherited.add(ObjectGetPrototypeOf(async () => {}));
  inherited.add(ObjectGetPrototypeOf(function* () {}));
  inherited.add(ObjectGetPrototypeOf(async function* () {}));
  for (const name in typed) if (name !== "DataView") inherited.add(typed[name].prototype);
  const kindsOf = list();
  byPrototype.forEach((how) => append(kindsOf, how));

  const write = (save, id, node) => {
    if (typeof node === "symbol") return writeSymbol(save, node);
    if (core.isProxy(node)) return lose(save, id, "a Proxy cannot be kept");
    if (typeof node === "function") return save.functions.write(save, id, node);
    if (ArrayIsArray(node)) return writeArray(save, id, node);
    const ordinary = op_mcp_is_ordinary(node);
    const prototype = ObjectGetPrototypeOf(node);
    if (ordinary && (prototype === ObjectPrototype || prototype === null)) return writeObject(save, id, node);
    if (core.isArrayBufferView(node)) return writeView(save, id, node);
    if (core.isArgumentsObject(node)) return lose(save, id, "an arguments object cannot be kept");
    const platform = nearest(node);
    if (ordinary && (platform === ObjectPrototype || platform === null)) return writeObject(save, id, node);
    if (platform !== null && core.isProxy(platform)) return lose(save, id, "its prototype is a Proxy, which cannot be kept");
    const how = byPrototype.get(platform);
    if (how !== undefined && succeeds(how.is, node)) return how.write(save, id, node);
    // A Map, say, that was given another prototype.
    if (!ordinary) return writeByItself(save, id, node);
    // Made with Object.create from a prototype of the platform, or the prototype of a class that extends it.
    if (how !== undefined) return writeObject(save, id, node);
    if (inherited.has(platform) || isPrototype(node)) return writeObject(save, id, node);
    return lose(save, id, `a ${nameOf(platform)} cannot be kept`);
  };

  globalThis.Deno.kinds = { __proto__: null, write, writeWeak, follow, newFunctions, lose };
})();
