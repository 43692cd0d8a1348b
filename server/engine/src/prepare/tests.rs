//! What the transform makes of a text: values, bindings, positions kept.

use super::*;

fn prepared(source: &str) -> Prepared {
    prepare(source, "run-1.ts").unwrap_or_else(|error| panic!("{source:?}: {error:?}"))
}

fn names(source: &str) -> Vec<(String, Kind)> {
    prepared(source).bindings.into_iter().map(|one| (one.name, one.kind)).collect()
}

/// Where `needle` stands, as (line, column) of the user's text, before and after.
fn position_is_kept(source: &str, needle: &str) {
    let done = prepared(source);
    let place = |text: &str| {
        let at = text.rfind(needle).unwrap_or_else(|| panic!("{needle:?} not in {text:?}"));
        let line_start = text[..at].rfind('\n').map_or(0, |n| n + 1);
        let line = text[..at].matches('\n').count();
        (line, text[line_start..at].encode_utf16().count() as i64)
    };
    let (line, column) = place(&done.main.code);
    let shift = if line == 0 { i64::from(done.main.prefix) } else { 0 };
    assert_eq!((line, column - shift), place(source), "{source:?} became {:?}", done.main.code);
}

#[test]
fn top_level_names_become_bindings_of_their_kind() {
    assert_eq!(
        names("let a = 1, b; const {c, d: [e]} = f(); class G {}"),
        [
            ("a".into(), Kind::Let),
            ("b".into(), Kind::Let),
            ("c".into(), Kind::Const),
            ("e".into(), Kind::Const),
            ("G".into(), Kind::Let),
        ]
    );
    assert_eq!(names("for (let i = 0; ;) {} { let j } function f() { let k }"), []);
    assert_eq!(
        names("await 1; for (var i of [1]) { var j = 2 }"),
        [("i".into(), Kind::Var), ("j".into(), Kind::Var),]
    );
}

#[test]
fn lines_and_columns_are_the_users_own() {
    for (source, needle) in [
        ("let a = boom()", "boom"),
        ("const {a} = boom()", "boom"),
        ("x()\nclass A { static b = boom() }", "boom"),
        ("class A { static b = boom() }", "boom"),
        ("// comment\n  class A { static b = boom() }", "boom"),
        ("await 1\nboom()", "boom"),
        ("/* 😀 */ const a = await boom()", "boom"),
        ("import x from 'y'\nboom()", "boom"),
        ("export const a = boom()", "boom"),
        ("await 1\nvar {a} = boom()", "boom"),
    ] {
        position_is_kept(source, needle);
    }
}

#[test]
fn what_needs_a_function_is_wrapped_and_nothing_else() {
    for source in
        ["await 1", "for await (const a of b) {}", "import 'x'", "if (1) return 2", "`${await 1}`"]
    {
        assert!(prepared(source).wrapped, "{source}");
    }
    for source in [
        "1",
        "async () => await 1",
        "async function f() { await 1 }",
        "const f = () => { return 1 }",
    ] {
        assert!(!prepared(source).wrapped, "{source}");
    }
}

#[test]
fn functions_are_hoisted_out_of_a_wrapped_text() {
    let done = prepared("await f()\nfunction f() { return 1 }");
    let functions = done.functions.expect("a script of functions");
    assert!(functions.code.ends_with("\nfunction f() { return 1 }"));
    assert!(!done.main.code.contains("function"));
}

#[test]
fn a_text_without_a_final_expression_has_no_value() {
    assert!(prepared("let a = 1").main.code.ends_with("void 0"));
    assert!(prepared("if (1) { 2 }").main.code.ends_with("void 0"));
    assert!(!prepared("a; function f() {}").main.code.ends_with("void 0"));
}

#[test]
fn statements_without_semicolons_do_not_run_together() {
    let done = prepared("foo\nconst {a} = b\nlet c\n(d)()\nconst [e] = f");
    assert!(done.main.code.contains("foo\n;("), "{}", done.main.code);
    assert!(done.main.code.contains("c;\n(d)()"), "{}", done.main.code);
}

#[test]
fn typescript_is_understood_with_enums_namespaces_and_parameter_properties() {
    for source in [
        "const a: number = 1",
        "enum E { A }",
        "namespace N { export const x = 1 }",
        "class P { constructor(private x: number) {} }",
        "function f<T>(x: T): T { return x as T }",
        "interface I { a: string } type T = I | null; let x!: T",
        "const x = <T,>(a: T) => a; abstract class A { abstract f(): void }",
        "let v = y satisfies Z; let w = y!",
    ] {
        assert!(prepared(source).source_map.is_some(), "{source}");
    }
    assert!(prepared("const jsx = <a b={1}>c</a>").main.code.contains("React.createElement"));
    assert!(prepared("const x = 1 < 2").source_map.is_none());
}

#[test]
fn a_syntax_error_names_its_place_and_line() {
    let error = prepare("let a = 1;\nlet b = = 2;", "x.js").expect_err("does not parse");
    assert_eq!((error.line, error.column), (Some(2), Some(9)));
    assert_eq!(error.source_line.as_deref(), Some("let b = = 2;"));
    assert_eq!(error.kind, ScriptErrorKind::Syntax);
}

#[test]
fn an_assignment_to_a_constant_of_the_text_is_refused_and_a_shadowed_one_is_not() {
    assert!(prepare("const a = 1; a = 2", "x.js").is_err());
    assert!(prepare("const a = 1; function f() { a++ }", "x.js").is_err());
    assert!(prepare("const a = 1; function f() { let a = 2; a = 3 }", "x.js").is_ok());
    assert!(prepare("const a = 1; { let a; [a] = [2] }", "x.js").is_ok());
}

#[test]
fn hostile_texts_are_errors_and_not_crashes() {
    for source in
        ["(".repeat(20_000), format!("1{}", "+1".repeat(300_000)), "!".repeat(200_000), "\0".into()]
    {
        assert!(prepare(&source, "x.js").is_err());
    }
    // Deep, but within the bounds: the parser has to survive it.
    let deep = format!("{}1{}", "[".repeat(900), "]".repeat(900));
    assert!(prepare(&deep, "x.js").is_ok());
    let chain = format!("x = 1{}", " + 1".repeat(4_000));
    assert!(prepare(&chain, "x.js").is_ok());
    let negations = format!("{}1", "!".repeat(9_000));
    assert!(prepare(&negations, "x.js").is_ok());
}

#[test]
fn a_name_of_another_block_of_a_namespace_is_a_property_and_a_local_one_is_not() {
    let emitted = |source: &str| prepared(source).main.code;
    let first = "namespace A { export const k = 2; export function f() { return k } }\n";
    for (second, wanted) in [
        ("namespace A { export const j = k + f() }", "A.k + A.f()"),
        ("namespace A { export const j = { k } }", "k: A.k"),
        ("namespace A { [k] = [1]; ({ k } = { k: 1 }); k++ }", "A.k"),
        ("namespace A { const g = (k: number) => k }", "(k)=>k"),
        ("namespace A { function g() { const k = 1; return k } }", "return k"),
        ("namespace A { const k = 5; export const j = k }", "A.j = k"),
        ("namespace B { namespace A { export const j = k } }", "A.j = k"),
    ] {
        let code = emitted(&format!("{first}{second}"));
        let (_, second) = code.split_at(code.rfind("function(A").unwrap_or_default());
        assert!(second.contains(wanted), "{wanted} in {second}");
    }
}

#[test]
fn the_first_using_declaration_is_noted_with_its_place_at_any_depth() {
    assert!(prepared("const used = 1; used.using = 2;").using.is_none());
    let noted = prepared("let a = 1;\n{ function f() {  using x = null; } }").using;
    let noted = noted.expect("there is one");
    assert_eq!((noted.line, noted.column), (Some(2), Some(19)));
    let emitted = prepared("enum E { A }\nfor (using x of []) {}").using.expect("there is one");
    assert_eq!((emitted.line, emitted.column), (None, None));
}
