const log: string[] = [];
function mark(_value: unknown, context: { kind: string; name: string }) { log.push(context.kind + ":" + String(context.name)) }
@mark class C { @mark field = 1; @mark method() { return 2 } @mark static s = 3 }
[new C().method(), log.sort().join()]
