//! Headers of the operator: for exactly their origin, after the decision, and never shown.

use crate::server::{Reply, Seen, Server, ok, redirect, response};
use crate::support::{ALLOW_ALL, Setup, get, read};
use mcp_v8_sandbox::Code;

const SECRET: &str = "hunter2-hunter2";

/// Repeats the request's authorization in a header and in the body.
fn echo(seen: &Seen) -> Reply {
    let value = seen.header("authorization").unwrap_or("none").to_owned();
    let body = format!("you sent {value}.");
    response(200, &[("X-Echo", &value), ("Content-Type", "text/plain")], body.as_bytes())
}

#[tokio::test]
async fn an_allowed_request_gets_the_secret_and_the_script_does_not() {
    let server = Server::start(echo).await;
    let setup = Setup::policy(ALLOW_ALL).bearer(&server.url(""), SECRET);
    let got = get(server.url("/")).fetch(&setup.run()).await.unwrap();
    assert_eq!(server.seen()[0].header("authorization").unwrap(), format!("Bearer {SECRET}"));
    assert_eq!(String::from_utf8(got.body.clone()).unwrap(), "you sent Bearer [redacted].");
    assert_eq!(got.header("x-echo").as_deref(), Some("Bearer [redacted]"));
    assert_eq!(got.header("content-length"), None, "it would be wrong");
    let plain = get(server.url("/")).text(&Setup::policy(ALLOW_ALL).run()).await;
    assert_eq!(plain, "you sent none.", "the header comes from the rule alone");
}

#[tokio::test]
async fn the_secret_is_read_anew_and_overrides_what_the_script_sets() {
    let server = Server::start(echo).await;
    let setup = Setup::policy(ALLOW_ALL).bearer(&server.url(""), SECRET);
    let run = setup.run();
    let ask = get(server.url("/")).header("Authorization", "mine").header("AUTHORIZATION", "too");
    ask.fetch(&run).await.unwrap();
    setup.secret("bearer", "rotated-rotated\n");
    get(server.url("/")).fetch(&run).await.unwrap();
    let sent: Vec<_> = server
        .seen()
        .iter()
        .map(|seen| {
            let all = seen.headers.iter().filter(|(name, _)| name == "authorization");
            all.map(|(_, value)| value.clone()).collect::<Vec<_>>()
        })
        .collect();
    assert_eq!(sent, [[format!("Bearer {SECRET}")], ["Bearer rotated-rotated".to_owned()]]);
}

#[tokio::test]
async fn another_host_port_scheme_or_method_gets_nothing() {
    let server = Server::start(echo).await;
    let setup = Setup::policy(ALLOW_ALL)
        .name("a.test", &[&["127.0.0.1"]])
        .name("xa.test", &[&["127.0.0.1"]])
        .name("a.test.evil", &[&["127.0.0.1"]])
        .name("a.test.", &[&["127.0.0.1"]])
        .bearer(&server.named("a.test", ""), SECRET)
        .with(|fetch| fetch.headers[0].methods = vec!["GET".to_owned()]);
    let run = setup.run();
    for name in ["xa.test", "a.test.evil", "a.test.", "127.0.0.1"] {
        let text = get(server.named(name, "/")).text(&run).await;
        assert_eq!(text, "you sent none.", "{name}");
    }
    let post = get(server.named("a.test", "/")).method("POST").text(&run).await;
    assert_eq!(post, "you sent none.");
    let other_port = Server::start(echo).await;
    assert_eq!(get(other_port.named("a.test", "/")).text(&run).await, "you sent none.");
    let good = get(server.named("A.test", "/")).text(&run).await;
    assert_eq!(good, "you sent Bearer [redacted].");
}

#[tokio::test]
async fn a_redirect_takes_no_secret_along_not_even_in_its_url() {
    let other = Server::start(echo).await;
    let (plain, stolen) = (other.url("/"), other.url("/?stolen="));
    let server = Server::start(move |seen: &Seen| match seen.path.as_str() {
        "/plain" => redirect(302, &plain),
        "/stolen" => redirect(302, &format!("{stolen}{SECRET}")),
        _ => echo(seen),
    })
    .await;
    let setup = Setup::policy(ALLOW_ALL).bearer(&server.url(""), SECRET);
    assert_eq!(get(server.url("/plain")).text(&setup.run()).await, "you sent none.");
    let (code, message) = get(server.url("/stolen")).code(&setup.run()).await;
    assert_eq!(code, Some(Code::DeniedEgress), "{message}");
    assert!(!message.contains(SECRET), "{message}");
    assert_eq!(other.hits(), 1);
}

#[tokio::test]
async fn a_server_that_sends_the_secret_in_pieces_is_redacted_too() {
    let server = Server::start(|seen: &Seen| {
        let mut text = String::from("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        for c in seen.header("authorization").unwrap_or_default().chars() {
            text.push_str(&format!("1\r\n{c}\r\n"));
        }
        Reply::Bytes(format!("{text}0\r\n\r\n").into_bytes())
    })
    .await;
    let run = Setup::policy(ALLOW_ALL).bearer(&server.url(""), SECRET).run();
    assert_eq!(get(server.url("/")).text(&run).await, "Bearer [redacted]");
}

#[tokio::test]
async fn the_policy_sees_no_secret_and_a_denied_request_sends_none() {
    let server = Server::start(|_| ok("in")).await;
    let blind = "default allow := false\nallow if { not input.headers.authorization; input.method == \"GET\" }";
    let setup = Setup::policy(blind).bearer(&server.url(""), SECRET);
    assert_eq!(get(server.url("/")).text(&setup.run()).await, "in");
    let (code, message) = get(server.url("/")).method("POST").code(&setup.run()).await;
    assert_eq!(code, Some(Code::DeniedPolicy));
    assert!(!message.contains(SECRET), "{message}");
    assert_eq!(server.hits(), 1);
}

#[tokio::test]
async fn a_secret_that_cannot_be_used_is_an_error_that_does_not_show_it() {
    let server = Server::start(echo).await;
    for bad in ["short", "two lines\nhunter2-hunter2", ""] {
        let setup = Setup::policy(ALLOW_ALL).bearer(&server.url(""), bad);
        let (code, message) = get(server.url("/")).code(&setup.run()).await;
        assert_eq!(code, None);
        assert!(message.contains("header authorization of fetch.headers"), "{message}");
        assert!(message.contains("does not hold one line"), "{message}");
        assert!(!message.contains("hunter2"), "{message}");
    }
    assert_eq!(server.opened(), 0);
    let setup = Setup::policy(ALLOW_ALL)
        .bearer(&server.url(""), SECRET)
        .with(|fetch| fetch.headers[0].name = "host".to_owned());
    let gate =
        mcp_v8_policy::Gate::new(mcp_v8_policy::PolicySet::load(&Default::default()).unwrap());
    let resolver = std::sync::Arc::new(mcp_v8_host::fetch::SystemResolver);
    let refused = mcp_v8_host::fetch::FetchClient::new(setup.fetch.clone(), gate.into(), resolver);
    assert!(refused.is_err_and(|error| error.to_string().contains("fetch.headers[0]")));
}

#[tokio::test]
async fn what_is_no_secret_is_not_held_back() {
    let server = Server::start(|_| {
        Reply::Bytes(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nevent: 1\n\n".to_vec())
    })
    .await;
    let run = Setup::policy(ALLOW_ALL).bearer(&server.url(""), SECRET).run();
    get(server.url("/")).start(&run).await.unwrap();
    assert_eq!(read(&run, 1).await.unwrap(), Some(b"event: 1\n\n".to_vec()));
}
