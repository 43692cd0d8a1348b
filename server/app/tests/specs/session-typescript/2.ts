enum Kind { A = 4 } interface I { x: number } const i: I = { x: Kind.A }; i.x + shape
