enum Flag { A = 1 }
enum Flag { B = 2, C = A + B + 1 }
namespace Flag { export const all = 5 }
[Flag.A, Flag.B, Flag.C, Flag[2], Flag.all]
