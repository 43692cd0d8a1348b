const g = Object.groupBy([1, 2, 3], (x) => x % 2 ? "odd" : "even");
const it = [1, 2, 3, 4].values().filter((x) => x % 2).map((x) => x * 10).toArray();
let closed = ""; { using r = { [Symbol.dispose]() { closed = "disposed" } } }
[g.odd.length, it, new Set([1, 2]).union(new Set([3])).size, closed, Promise.withResolvers !== undefined, "a-b".replaceAll("-", "+"), [3, 1].toSorted(), Array.fromAsync !== undefined]
