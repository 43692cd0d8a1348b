const make = () => { let n = 0; return () => ++n }; const next = make(); next(); function* ids() { yield 1; yield 2 } const g = ids(); g.next();
