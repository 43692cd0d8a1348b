let kept = [1]; queueMicrotask(() => kept.push("old")); kept.push(2); Promise.reject(1); throw new Error("now")
