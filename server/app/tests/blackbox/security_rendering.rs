//! Values that resist being shown: the host reads results, console arguments and errors while the deadline is still
//! armed. Group E (E11, E12) and promise P2 of the threat catalogue.

use crate::harness::server::Server;

#[test]
fn a_value_that_loops_while_it_is_rendered_ends_at_the_deadline() {
    let mut server = Server::small();
    for (case, code) in [
        ("E11 toJSON", "({ toJSON() { for (;;); } })"),
        ("a tag", "({ get [Symbol.toStringTag]() { for (;;); }, m: new Map() })"),
        ("a console argument", "console.log({ get [Symbol.toStringTag]() { for (;;); } })"),
        (
            "the stack of what was thrown",
            "throw Object.defineProperty(new Error('x'), 'stack', { get() { for (;;); } })",
        ),
        (
            "the message of what was thrown",
            "throw Object.defineProperty(new Error('x'), 'message', { get() { for (;;); } })",
        ),
        (
            "a proxy that was thrown",
            "throw new Proxy({}, { get() { for (;;); }, ownKeys() { for (;;); } })",
        ),
    ] {
        let ended = server.run(code);
        let shown = ended["status"] == "completed" || ended["error"]["code"] == "error.script";
        // A host that never asks the value is as good as one that stops asking in time.
        assert!(shown || ended["error"]["code"] == "limit.timeout", "{case}: {ended}");
        server.oracle(case);
    }
}

#[test]
fn a_value_nested_a_million_deep_is_shown_in_part_or_refused() {
    // E12
    let mut server = Server::small();
    let deep = "let o = {}; for (let i = 0; i < 1e6; i++) o = { o };";
    let ended = server.run(&format!("{deep} structuredClone(o)"));
    let message = ended["error"]["message"].as_str().unwrap_or_default();
    assert!(message.starts_with("RangeError: "), "{ended}");
    server.oracle("E12 structuredClone");
    for code in [format!("{deep} console.log(o)"), format!("{deep} o")] {
        let ended = server.run(&code);
        assert_eq!(ended["status"], "completed", "{ended}");
        server.oracle("E12");
    }
}
