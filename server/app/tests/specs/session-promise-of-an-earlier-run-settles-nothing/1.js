setTimeout(() => { throw new Error("late") }, 1); await new Promise((resolve) => { globalThis.go = resolve })
