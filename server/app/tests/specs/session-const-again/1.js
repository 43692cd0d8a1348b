const fixed = 1
