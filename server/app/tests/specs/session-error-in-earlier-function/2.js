

broken()
