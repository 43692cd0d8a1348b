enum Kind { A, B }
namespace Inner { export const value = Kind.B }
abstract class Base { constructor(public readonly value: number) {} }
class Derived extends Base { fail(): never { throw new TypeError(`value ${this.value}`) } }
new Derived(Inner.value).fail()
