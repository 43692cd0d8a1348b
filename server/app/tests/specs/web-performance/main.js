const a = performance.now(); performance.mark("m"); const m = performance.measure("x", "m");
[typeof a, performance.now() >= a, m.duration >= 0, Math.abs(performance.timeOrigin + performance.now() - Date.now()) < 1000]
