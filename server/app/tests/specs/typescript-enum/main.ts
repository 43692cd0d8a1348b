enum Color { Red, Green = 5, Blue }
const enum Flag { A = 1 << 0, B = 1 << 1 }
namespace N { export const inner = 9; export namespace M { export const deep = inner + 1 } }
[Color.Blue, Color[5], Flag.A | Flag.B, N.M.deep]
