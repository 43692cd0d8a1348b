a = 10; b.n = 20; [f(), v, typeof C]
