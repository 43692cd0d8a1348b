namespace A { export const k = 2 }
namespace A { const x = k; throw new Error("boom" + k) }
