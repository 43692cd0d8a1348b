Kind.A
