// Headers (Fetch Standard). Not what is sent: that is fetch.js and the server.
"use strict";
((inner) => {
  const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

  const normal = (value) => String(value).replace(/^[\t\n\r ]+|[\t\n\r ]+$/g, "");
  const checkName = (name) => {
    const text = String(name);
    if (!TOKEN.test(text)) throw new TypeError(`'${text}' is not the name of a header`);
    return text.toLowerCase();
  };
  const checkValue = (value) => {
    const text = normal(value);
    // deno-lint-ignore no-control-regex
    if (/[\0\n\r]|[^\0-\xff]/.test(text)) throw new TypeError("a header value holds only characters up to U+00FF and no line breaks");
    return text;
  };
  class Headers {
    #list = [];
    #immutable = false;
    static {
      Headers.listOf = (headers) => headers.#list;
      Headers.freeze = (headers) => {
        headers.#immutable = true;
        return headers;
      };
      Headers.is = (value) => typeof value === "object" && value !== null && #list in value;
    }
    constructor(init = undefined) {
      if (init === undefined || init === null) return;
      if (typeof init !== "object" && typeof init !== "function") throw new TypeError("Headers takes an object or a list of pairs");
      if (isHeaders(init)) {
        for (const [name, value] of init.#list) this.#list.push([name, value]);
      } else if (typeof init[Symbol.iterator] === "function") {
        for (const pair of init) {
          const entry = [...pair];
          if (entry.length !== 2) throw new TypeError("a header is a pair of a name and a value");
          this.append(entry[0], entry[1]);
        }
      } else {
        for (const name of Reflect.ownKeys(init)) {
          if (Object.getOwnPropertyDescriptor(init, name)?.enumerable) this.append(name, init[name]);
        }
      }
    }
    #change() {
      if (this.#immutable) throw new TypeError("these headers cannot be changed");
    }
    append(name, value) {
      const key = checkName(name);
      const text = checkValue(value);
      this.#change();
      this.#list.push([key, text]);
    }
    delete(name) {
      const key = checkName(name);
      this.#change();
      this.#list = this.#list.filter(([known]) => known !== key);
    }
    get(name) {
      const key = checkName(name);
      const values = this.#list.filter(([known]) => known === key).map(([, value]) => value);
      return values.length === 0 ? null : values.join(", ");
    }
    getSetCookie() {
      return this.#list.filter(([known]) => known === "set-cookie").map(([, value]) => value);
    }
    has(name) {
      const key = checkName(name);
      return this.#list.some(([known]) => known === key);
    }
    set(name, value) {
      const key = checkName(name);
      const text = checkValue(value);
      this.#change();
      const at = this.#list.findIndex(([known]) => known === key);
      if (at < 0) {
        this.#list.push([key, text]);
        return;
      }
      this.#list[at][1] = text;
      this.#list = this.#list.filter(([known], i) => i === at || known !== key);
    }
    #sorted() {
      const names = [...new Set(this.#list.map(([name]) => name))].sort();
      return names.flatMap((name) => name === "set-cookie" ? this.getSetCookie().map((value) => [name, value]) : [[name, this.get(name)]]);
    }
    forEach(callback, self = undefined) {
      for (const [name, value] of this.#sorted()) Reflect.apply(callback, self, [value, name, this]);
    }
    *entries() {
      yield* this.#sorted();
    }
    *keys() {
      for (const [name] of this.#sorted()) yield name;
    }
    *values() {
      for (const [, value] of this.#sorted()) yield value;
    }
    [Symbol.iterator]() {
      return this.entries();
    }
    get [Symbol.toStringTag]() {
      return "Headers";
    }
    [Symbol.for("Deno.customInspect")](inspect, options) {
      return `Headers ${inspect(Object.fromEntries(this.#sorted()), options)}`;
    }
  }
  const { listOf, freeze } = Headers;
  delete Headers.listOf;
  delete Headers.freeze;
  const isHeaders = Headers.is;
  delete Headers.is;

  inner.headers = { __proto__: null, freeze, Headers, listOf, TOKEN };
  return { __proto__: null, Headers };
})
