const log: string[] = [];
function mark(name: string) {
  log.push("evaluate " + name);
  return (_value: unknown, context: { kind: string; name?: string | symbol }) => { log.push(`apply ${name} ${context.kind} ${String(context.name)}`); };
}
@mark("class") class C { @mark("field") field = 1; @mark("method") method() { return 2; } }
console.log(log.join("\n"));
[new C().field, new C().method()]
