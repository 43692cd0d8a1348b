const shape = 1
