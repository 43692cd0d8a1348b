console.log(f()); await null; function f() { return "hoisted" } var late = 1; { var inBlock = 2 } for (var i = 0; i < 2; i++);
[late, inBlock, i]
