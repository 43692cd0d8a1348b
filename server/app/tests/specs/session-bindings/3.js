let a = "again"; function f() { return a } class C {}; [f(), C.s ?? null]
