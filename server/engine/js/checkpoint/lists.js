// Lists and property descriptors that no script can reach into: a setter or getter that a script puts on Array.prototype
// or Object.prototype is never met. For the save, which runs among objects a script has had in hand.
"use strict";
(() => {
  const { ObjectGetOwnPropertyDescriptor, ObjectHasOwn, ObjectSetPrototypeOf } = globalThis.__bootstrap.primordials;
  // Of a property descriptor: a field it lacks would be looked for on Object.prototype.
  const isData = (property) => ObjectHasOwn(property, "value");
  globalThis.Deno.lists = {
    __proto__: null,
    list: () => ObjectSetPrototypeOf([], null),
    append(list, value) {
      list[list.length] = value;
    },
    // Takes the methods of a class out of reach of Object.prototype: `this.x = 1` meets no setter.
    apart(Class) {
      ObjectSetPrototypeOf(Class.prototype, null);
    },
    isData,
    // The value of an own property; undefined where there is none, or an accessor.
    dataOf(object, key) {
      const property = ObjectGetOwnPropertyDescriptor(object, key);
      return property !== undefined && isData(property) ? property.value : undefined;
    },
  };
})();
