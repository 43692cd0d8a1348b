class More extends Counter { next() { return super.next() * 10 } }
const two = new More(); [one.next(), two.next(), two instanceof Counter, Counter.made]
