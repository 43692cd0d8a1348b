// The numbers of the portable graph, shared by save.js and load.js. Bytes of a payload are for ever: a number is never
// given a second meaning. The layout is described in src/checkpoint/payload.rs.
"use strict";
globalThis.Deno.format = {
  __proto__: null,
  // Values, as they stand in properties and elements.
  value: {
    __proto__: null, UNDEFINED: 0, NULL: 1, FALSE: 2, TRUE: 3, INTEGER: 4, DOUBLE: 5, STRING: 6, BIGINT: 7, NODE: 8,
    PLATFORM: 9, REGISTERED_SYMBOL: 10, HOLE: 11, MODULE: 12,
  },
  // Nodes: whatever has an identity.
  node: {
    __proto__: null, LOST: 0, OBJECT: 1, ARRAY: 2, MAP: 3, SET: 4, DATE: 5, REGEXP: 6, ERROR: 7, BOXED: 8, BUFFER: 9,
    VIEW: 10, FUNCTION: 11, CLASS: 12, METHOD: 13, SYMBOL: 14, PROMISE: 15, WEAK_MAP: 16, WEAK_SET: 17, URL: 18,
    URL_SEARCH_PARAMS: 19, BLOB: 20, INTL: 21, TEXT_ENCODER: 22, TEXT_DECODER: 23, DOM_EXCEPTION: 24,
  },
  // Bits of a property; a plain one has the first three.
  property: { __proto__: null, ENUMERABLE: 1, WRITABLE: 2, CONFIGURABLE: 4, ACCESSOR: 8, PLAIN: 7 },
  // How an object stands beyond its properties.
  shape: { __proto__: null, OWN_PROTOTYPE: 1, NOT_EXTENSIBLE: 2, PROPERTIES: 4 },
  // Bits of a function: its mode, and whether `prototype` is read-only, which that of a class always is.
  fn: { __proto__: null, SLOPPY: 1, FIXED_PROTOTYPE: 2 },
  // Which property of a class a METHOD is. COMPUTED: its key is the number of the member among those whose names its
  // source computes.
  slot: { __proto__: null, VALUE: 0, GET: 1, SET: 2, STATIC: 4, COMPUTED: 8 },
};
