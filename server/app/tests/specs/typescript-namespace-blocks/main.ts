namespace A { export const k = 2; export let n = 0; export function twice(x: number) { return 2 * x } }
namespace A { export const j = k + 1; n = 5; ({ n } = { n: n + 1 }) }
namespace A { export const l = { k, j: j * 3 }; export const both = [twice(3) + 1, n + k]; export const f = (k: string) => k }
namespace Outer { export namespace Inner { export const x = 10 } }
namespace Outer { export namespace Inner { export const y = x + 2 } }
[A.j, A.n, A.l.j, A.both, A.f("shadow"), Outer.Inner.y]
