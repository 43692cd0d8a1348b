[a, c, rest, others, x, y, zs, dynamic]
