Symbol("s")
