const fixed = { n: 1 }; let loose = 1
