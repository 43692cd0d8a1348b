function f() {}
f
