const a: number = 1;
let b: string = "x", { c }: { c?: number } = {};
[a, b, c ?? 0]
