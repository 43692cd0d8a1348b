namespace Shapes { export interface Shape { area(): number } export const unit = 2; const hidden = 1; export function twice(n: number) { return n * unit + hidden - hidden; } }
namespace Shapes { export class Square implements Shape { constructor(private side: number) {} area() { return Shapes.twice(this.side) * this.side; } } }
enum Level { Low = "low", High = "high" }
function describe(level: Level) { return level; }
namespace describe { export const version = 3; }
[new Shapes.Square(3).area(), "hidden" in Shapes, describe(Level.High), describe.version]
