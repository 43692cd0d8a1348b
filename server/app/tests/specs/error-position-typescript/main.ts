enum E { A, B }
interface I { x: number }
const f = (i: I): number => {
  throw new RangeError("here");
};
f({ x: E.B })
