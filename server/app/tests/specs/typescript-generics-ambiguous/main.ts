const id = <T,>(x: T): T => x;
const less = (a: number, b: number): boolean => a < b;
[id<number>(1), less(1, 2)]
