// FormData (XHR Standard, section 4.3): an ordered list of names and values. Without the form element constructor.
"use strict";
(() => {
  const {
    ArrayPrototypeFilter, ArrayPrototypeMap, ArrayPrototypePush, ArrayPrototypeSplice, ObjectDefineProperties,
    ObjectDefineProperty, String, SymbolIterator, SymbolToStringTag, TypeError,
  } = globalThis.__bootstrap.primordials;
  const { Blob, File } = globalThis;
  const isBlob = (value) => value instanceof Blob;

  const entryValue = (value, filename) => {
    if (!isBlob(value)) return `${value}`;
    if (value instanceof File && filename === undefined) return value;
    return new File([value], filename === undefined ? "blob" : `${filename}`, { type: value.type });
  };

  class FormData {
    #entries = [];

    constructor(form = undefined) {
      if (form !== undefined) throw new TypeError("FormData takes no form element here");
    }
    append(name, value, filename = undefined) {
      ArrayPrototypePush(this.#entries, [`${name}`, entryValue(value, filename)]);
    }
    delete(name) {
      const key = `${name}`;
      this.#entries = ArrayPrototypeFilter(this.#entries, (entry) => entry[0] !== key);
    }
    get(name) {
      const found = this.getAll(name);
      return found.length === 0 ? null : found[0];
    }
    getAll(name) {
      const key = `${name}`;
      const found = ArrayPrototypeFilter(this.#entries, (entry) => entry[0] === key);
      return ArrayPrototypeMap(found, (entry) => entry[1]);
    }
    has(name) {
      return this.getAll(name).length > 0;
    }
    set(name, value, filename = undefined) {
      const key = `${name}`;
      const entry = [key, entryValue(value, filename)];
      let placed = false;
      for (let i = 0; i < this.#entries.length; i++) {
        if (this.#entries[i][0] !== key) continue;
        if (placed) ArrayPrototypeSplice(this.#entries, i--, 1);
        else this.#entries[i] = entry;
        placed = true;
      }
      if (!placed) ArrayPrototypePush(this.#entries, entry);
    }
    *entries() {
      for (let i = 0; i < this.#entries.length; i++) yield [this.#entries[i][0], this.#entries[i][1]];
    }
    *keys() {
      for (let i = 0; i < this.#entries.length; i++) yield this.#entries[i][0];
    }
    *values() {
      for (let i = 0; i < this.#entries.length; i++) yield this.#entries[i][1];
    }
    forEach(callback, self = undefined) {
      for (let i = 0; i < this.#entries.length; i++) {
        const { 0: name, 1: value } = this.#entries[i];
        callback.call(self, value, name, this);
      }
    }
  }
  ObjectDefineProperties(FormData.prototype, {
    [SymbolIterator]: {
      __proto__: null, value: FormData.prototype.entries, writable: true, enumerable: false, configurable: true,
    },
    [SymbolToStringTag]: { __proto__: null, value: "FormData", configurable: true },
  });
  ObjectDefineProperty(globalThis, "FormData", {
    __proto__: null, value: FormData, writable: true, enumerable: false, configurable: true,
  });
})();
