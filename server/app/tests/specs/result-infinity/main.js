[1, -Infinity]
