Promise.reject(new Error("old")); throw new Error("now")
