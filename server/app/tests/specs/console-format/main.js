console.log("%s is %d years, %i, %f, %o %O %j %%", "Ann", 42.5, 42.9, 1.5, { a: 1 }, [1], { j: 1 });
console.log("%c styled", "color: red"); console.log("no %s"); console.log(1, "two", null, undefined, true);
