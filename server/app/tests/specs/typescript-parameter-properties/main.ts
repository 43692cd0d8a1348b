class Point {
  constructor(public readonly x: number, private y: number, protected label = 'p', plain?: string) {
    console.log(plain === undefined, this.y);
  }
  sum(): number { return this.x + this.y }
}
class Named extends Point {
  constructor(public name: string) { super(1, 2) }
  get text() { return `${this.name}/${this.label}` }
}
const named = new Named('n');
console.log(Object.keys(named).join(), named.text);
named.sum()
