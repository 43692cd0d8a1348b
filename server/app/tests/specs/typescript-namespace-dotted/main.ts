namespace A.B { export const k = 2; export class P { v = k + 2 } }
namespace A.B { export const j = k + 1; export class Q extends P {} }
[A.B.j, new A.B.Q().v]
