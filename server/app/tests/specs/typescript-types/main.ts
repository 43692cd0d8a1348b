interface A { a: number; b?: string }
type B = A & { c: readonly string[] };
const f = <T extends A>(x: T): T["a"] => x.a;
let v: B = { a: 1, c: ["x"] } satisfies B;
let w!: number; w = v.a as number; let u = v.c!;
declare const nowhere: string;
abstract class S { abstract m(): void; protected constructor(readonly p: number, private q = 2) {} get sum(): number { return this.p + this.q } }
class T2 extends S { constructor() { super(3) } override m(): void {} }
function over(x: string): string; function over(x: number): number; function over(x: any) { return x }
[f(v), w, u.length, new T2().sum, over(7)]
