await new Promise((resolve) => setTimeout(() => resolve(3), 5))
