[typeof i, typeof k, typeof inner, j]
