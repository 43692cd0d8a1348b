abstract class Animal<T extends string> { declare kind: T; static count = 0; abstract speak(): string; constructor(protected readonly name: T) { Animal.count++; } get loud(): string { return this.speak().toUpperCase(); } }
class Dog extends Animal<"rex"> { #tricks: string[] = []; override speak(): string { return `${this.name} woofs ${this.#tricks.length}`; } learn(this: Dog, trick?: string): this { this.#tricks.push(trick ?? "none"); return this; } }
const dog = new Dog("rex").learn("sit").learn();
const text: unknown = dog.loud; const sure = text as string satisfies string; const known = (<string>sure)!;
[known, Animal.count, "kind" in dog]
