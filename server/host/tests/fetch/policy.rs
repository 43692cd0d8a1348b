//! Nothing without a decision, and one decision for every hop.

use crate::server::{Server, ok, redirect};
use crate::support::{ALLOW_ALL, Setup, get};
use mcp_v8_sandbox::Code;

#[tokio::test]
async fn without_a_policy_nothing_is_sent() {
    let server = Server::start(|_| ok("in")).await;
    let (code, message) = get(server.url("/")).code(&Setup::without_policy().run()).await;
    assert_eq!(code, Some(Code::DeniedPolicy), "{message}");
    assert!(message.contains("[policies.fetch]"), "{message}");
    assert_eq!(server.opened(), 0);
    assert_eq!(get(server.url("/")).text(&Setup::policy(ALLOW_ALL).run()).await, "in");
}

#[tokio::test]
async fn a_redirect_is_judged_again_and_a_denied_one_never_reaches_its_server() {
    let denied = Server::start(|_| ok("reached")).await;
    let location = denied.named("b.test", "/secret");
    let first = Server::start(move |_| redirect(302, &location)).await;
    let setup = |policy: &str| {
        Setup::policy(policy).name("a.test", &[&["127.0.0.1"]]).name("b.test", &[&["127.0.0.1"]])
    };
    let only_a =
        setup("default allow := false\nallow if input.url_parsed.host == \"a.test\"").run();
    let (code, message) = get(first.named("a.test", "/")).code(&only_a).await;
    assert_eq!(code, Some(Code::DeniedPolicy), "{message}");
    assert!(message.contains("b.test"), "{message}");
    assert_eq!((first.hits(), denied.opened()), (1, 0));
    assert_eq!(get(first.named("a.test", "/")).text(&setup(ALLOW_ALL).run()).await, "reached");
}

#[tokio::test]
async fn the_policy_sees_the_parsed_url_the_addresses_and_how_a_redirect_came() {
    let server = Server::start(|seen| match seen.path.as_str() {
        "/a" => redirect(307, "/b"),
        _ => ok("in"),
    })
    .await;
    let policy = "default allow := false
first if { input.redirect == null; input.url_parsed.path == \"/a\" }
second if { input.redirect.hop == 1; input.redirect.status == 307; input.redirect.from_parsed.path == \"/a\"; input.redirect.from_parsed.scheme == \"http\" }
hop if first
hop if second
allow if { hop; input.method == \"POST\"; input.resolved_addresses == [\"127.0.0.1\"]; input.headers[\"x-a\"] == \"1\"; input.headers.cookie == \"[redacted]\" }";
    let run = Setup::policy(policy).name("a.test", &[&["127.0.0.1"]]).run();
    let ask = get(server.named("A.test", "/x/../a#f")).method("post").body(b"hello");
    let ask = ask.header("X-A", "1").header("Cookie", "sid=1");
    assert_eq!(ask.clone().text(&run).await, "in");
    assert_eq!(server.seen()[1].header("cookie"), Some("sid=1"), "it is sent all the same");
    let (code, _) = ask.method("PUT").code(&run).await;
    assert_eq!(code, Some(Code::DeniedPolicy));
}

#[tokio::test]
async fn a_name_that_the_policy_denies_is_never_looked_up() {
    let setup = Setup::policy("allow := input.url_parsed.host == \"good.test\"")
        .name("good.test", &[&["127.0.0.1"]])
        .name("secret.attacker.test", &[&["127.0.0.1"]]);
    let server = Server::start(|_| ok("in")).await;
    let run = setup.run();
    let denied = get(server.named("secret.attacker.test", "/")).code(&run).await;
    assert_eq!(denied.0, Some(Code::DeniedPolicy), "{denied:?}");
    assert_eq!(setup.looked_up(), Vec::<String>::new());
    assert_eq!(get(server.named("good.test", "/")).text(&run).await, "in");
    assert_eq!(setup.looked_up(), ["good.test"], "positive control");
}
