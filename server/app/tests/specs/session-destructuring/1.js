const { a, b: { c = 5, ...rest } = {}, ...others } = { a: 1, b: { d: 2, e: 3 }, f: 4 };
let [x, , y = 9, ...zs] = [1, 2, undefined, 4, 5]; const key = 'k'; var { [key]: dynamic } = { k: 7 };
