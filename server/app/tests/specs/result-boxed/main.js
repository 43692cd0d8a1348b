Object(5)
