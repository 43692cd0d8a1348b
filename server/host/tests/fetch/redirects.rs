//! Redirects are followed as the Fetch Standard says, so far and no further.

use crate::server::{Server, ok, redirect};
use crate::support::{ALLOW_ALL, Setup, get};
use mcp_v8_sandbox::host_call::fetch::Redirect;

#[tokio::test]
async fn a_chain_ends_at_its_limit() {
    let server = Server::start(|seen| {
        let at: u32 = seen.path[1..].parse().unwrap();
        if at == 0 { ok("end") } else { redirect(302, &format!("/{}", at - 1)) }
    })
    .await;
    let run = Setup::policy(ALLOW_ALL).with(|fetch| fetch.max_redirects = 3).run();
    let got = get(server.url("/3")).fetch(&run).await.unwrap();
    assert_eq!((got.head.url, got.head.redirected), (server.url("/0"), true));
    let (code, message) = get(server.url("/4")).code(&run).await;
    assert_eq!(code, None);
    assert!(message.contains("fetch.max_redirects (3)"), "{message}");
    let itself = Server::start(|_| redirect(301, "/")).await;
    let (_, message) = get(itself.url("/")).code(&run).await;
    assert!(message.contains("fetch.max_redirects (3)"), "{message}");
    assert_eq!(itself.hits(), 4);
}

#[tokio::test]
async fn the_script_can_refuse_redirects_or_handle_them_itself() {
    let server = Server::start(|seen| match seen.path.as_str() {
        "/to" => ok("end"),
        _ => redirect(302, "/to"),
    })
    .await;
    let run = Setup::policy(ALLOW_ALL).run();
    let mut ask = get(server.url("/"));
    ask.redirect = Redirect::Manual;
    let got = ask.clone().fetch(&run).await.unwrap();
    assert_eq!((got.head.status, got.header("location").as_deref()), (302, Some("/to")));
    ask.redirect = Redirect::Error;
    let (_, message) = ask.clone().code(&run).await;
    assert!(message.contains("redirect is \"error\""), "{message}");
    ask.url = server.url("/to");
    assert_eq!(ask.text(&run).await, "end");
}

#[tokio::test]
async fn bodies_and_credentials_travel_as_the_standard_says() {
    let other = Server::start(|_| ok("other")).await;
    let location = other.url("/");
    let server = Server::start(move |seen| match seen.path.as_str() {
        "/303" => redirect(303, "/end"),
        "/307" => redirect(307, "/end"),
        "/other" => redirect(307, &location),
        _ => ok("end"),
    })
    .await;
    let run = Setup::policy(ALLOW_ALL).run();
    let ask = |path: &str| {
        let ask = get(server.url(path)).method("POST").body(b"hello");
        ask.header("Authorization", "mine").header("Cookie", "a=1").header("X-API-Key", "k")
    };
    assert_eq!(ask("/303").text(&run).await, "end");
    assert_eq!(ask("/307").text(&run).await, "end");
    assert_eq!(ask("/other").text(&run).await, "other");
    let seen = server.seen();
    assert_eq!((seen[1].method.as_str(), seen[1].body.as_slice()), ("GET", &b""[..]));
    assert_eq!((seen[3].method.as_str(), seen[3].body.as_slice()), ("POST", &b"hello"[..]));
    assert_eq!(seen[3].header("authorization"), Some("mine"), "the same origin gets them");
    let elsewhere = &other.seen()[0];
    assert_eq!(elsewhere.body, b"hello");
    for name in ["authorization", "cookie", "x-api-key"] {
        assert_eq!(elsewhere.header(name), None, "{name}");
    }
}

#[tokio::test]
async fn a_redirect_to_another_scheme_is_an_error() {
    for location in ["file:///etc/passwd", "data:,x", "http://u:p@127.0.0.1/", "http://["] {
        let server = Server::start(move |_| redirect(302, location)).await;
        let error = get(server.url("/")).fetch(&Setup::policy(ALLOW_ALL).run()).await.unwrap_err();
        assert!(error.message.contains("the redirect leads nowhere"), "{}", error.message);
    }
}
