Promise.reject(new Error("own")); 1
