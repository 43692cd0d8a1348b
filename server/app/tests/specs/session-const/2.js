fixed = 2
