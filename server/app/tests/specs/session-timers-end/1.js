let ticks = 0; const id = setInterval(() => ticks++, 1); throw new Error("stop")
