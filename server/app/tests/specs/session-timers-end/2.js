const before = ticks; await new Promise((r) => setTimeout(r, 30)); ticks - before
