let a = 1; const b = { n: 2 }; class C { static s = 3 } function f() { return a + b.n + C.s } var v = 4;
