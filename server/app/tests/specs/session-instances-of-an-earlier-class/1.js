class Counter { #n = 0; static made = 0; constructor() { Counter.made++ } next() { return ++this.#n } }
const one = new Counter(); one.next();
