//! Client credentials: asked for once, after the decision, refreshed ahead of the end, never shown.

use crate::server::{Reply, Seen, Server, ok, redirect, response};
use crate::support::{ALLOW_ALL, Setup, get};
use futures::future::join_all;
use mcp_v8_sandbox::Code;
use mcp_v8_settings::{FetchHeader, HeaderValue, OAuth};
use std::sync::atomic::{AtomicUsize, Ordering};

const SECRET: &str = "hunter2/hunter2";

/// Tokens with a number each, and a life in seconds.
async fn tokens(life: u64) -> Server {
    let count = AtomicUsize::new(0);
    Server::start(move |_: &Seen| {
        let token = format!("token-{:04}", count.fetch_add(1, Ordering::SeqCst));
        let body =
            format!(r#"{{"access_token":"{token}","token_type":"Bearer","expires_in":{life}}}"#);
        response(200, &[("Content-Type", "application/json")], body.as_bytes())
    })
    .await
}

fn setup(policy: &str, api: &Server, tokens: &Server) -> Setup {
    let setup = Setup::policy(policy);
    let oauth = OAuth {
        token_url: tokens.url("/token"),
        client_id: "me:1".to_owned(),
        client_secret_file: setup.secret("client", SECRET),
        scope: Some("read write".to_owned()),
    };
    let header = FetchHeader {
        origin: api.url(""),
        methods: Vec::new(),
        name: "authorization".to_owned(),
        prefix: "Bearer ".to_owned(),
        value: HeaderValue::OAuth(oauth),
    };
    setup.with(|fetch| fetch.headers.push(header))
}

fn sent(api: &Server) -> Vec<String> {
    let of = |seen: &Seen| seen.header("authorization").unwrap_or_default().to_owned();
    api.seen().iter().map(of).collect()
}

#[tokio::test]
async fn many_fetches_share_one_token_and_one_request_for_it() {
    let (api, tokens) = (Server::start(|_| ok("in")).await, tokens(3600).await);
    let client = setup(ALLOW_ALL, &api, &tokens).client();
    let runs = [client.run(crate::support::caller()), client.run(crate::support::caller())];
    let asks = (0..20).map(|at| get(api.url("/")).number(at).text(&runs[at as usize % 2]));
    assert!(join_all(asks).await.iter().all(|text| text == "in"));
    assert_eq!(tokens.hits(), 1);
    assert!(sent(&api).iter().all(|value| value == "Bearer token-0000"));
    let asked = &tokens.seen()[0];
    assert_eq!(asked.method, "POST");
    assert_eq!(asked.body, b"grant_type=client_credentials&scope=read+write");
    // me%3A1:hunter2%2Fhunter2
    assert_eq!(asked.header("authorization"), Some("Basic bWUlM0ExOmh1bnRlcjIlMkZodW50ZXIy"));
}

#[tokio::test]
async fn a_token_at_its_end_is_replaced() {
    let (api, tokens) = (Server::start(|_| ok("in")).await, tokens(0).await);
    let run = setup(ALLOW_ALL, &api, &tokens).run();
    for _ in 0..2 {
        get(api.url("/")).text(&run).await;
    }
    assert_eq!(sent(&api), ["Bearer token-0000", "Bearer token-0001"]);
}

#[tokio::test]
async fn a_denied_request_never_reaches_the_token_endpoint() {
    let (api, tokens) = (Server::start(|_| ok("in")).await, tokens(3600).await);
    let policy = "default allow := false\nallow if input.url_parsed.path == \"/good\"";
    let run = setup(policy, &api, &tokens).run();
    let (code, _) = get(api.url("/bad")).code(&run).await;
    assert_eq!((code, tokens.opened(), api.opened()), (Some(Code::DeniedPolicy), 0, 0));
    assert_eq!(get(api.url("/good")).text(&run).await, "in");
    assert_eq!(tokens.hits(), 1);
}

#[tokio::test]
async fn the_endpoint_is_reached_below_the_floor_but_scripts_do_not_get_there() {
    let tokens = tokens(3600).await;
    let api = Server::at("127.0.0.2:0", |_| ok("in")).await;
    let run = setup(ALLOW_ALL, &api, &tokens)
        .with(|fetch| fetch.allow_cidrs = vec!["127.0.0.2/32".parse().unwrap()])
        .run();
    assert_eq!(get(api.url("/")).text(&run).await, "in");
    let (code, _) = get(tokens.url("/token")).code(&run).await;
    assert_eq!((code, tokens.hits()), (Some(Code::DeniedEgress), 1));
}

type Handler = Box<dyn Fn(&Seen) -> Reply + Send + Sync>;

fn boxed(handler: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Handler {
    Box::new(handler)
}

#[tokio::test]
async fn an_endpoint_that_refuses_redirects_or_talks_nonsense_shows_nothing_of_the_secret() {
    let api = Server::start(|_| ok("in")).await;
    let elsewhere = Server::start(|_| ok("stolen")).await;
    let to = elsewhere.url("/");
    let bad = [
        (boxed(|_| response(401, &[], SECRET.as_bytes())), "status 401"),
        (boxed(move |_| redirect(307, &to)), "status 307"),
        (boxed(|_| ok(SECRET)), "no usable access_token"),
        (boxed(|_| ok(&"x".repeat(100_000))), "no usable access_token"),
        (
            boxed(|_| Reply::Bytes(format!("{SECRET}\r\n\r\n").into_bytes())),
            "the token endpoint failed",
        ),
    ];
    for (handler, expected) in bad {
        let tokens = Server::start(handler).await;
        let run = setup(ALLOW_ALL, &api, &tokens).run();
        let ask = get(api.url("/"));
        let answer = tokio::time::timeout(std::time::Duration::from_secs(20), ask.code(&run)).await;
        let (code, message) = answer.expect("it fails by itself");
        assert_eq!(code, None);
        assert!(message.contains(expected), "{message}");
        assert!(!message.contains("hunter2"), "{message}");
    }
    assert_eq!((api.opened(), elsewhere.opened()), (0, 0));
}

#[tokio::test]
async fn an_echoed_token_is_redacted() {
    let tokens = tokens(3600).await;
    let api = Server::start(|seen: &Seen| ok(seen.header("authorization").unwrap())).await;
    let run = setup(ALLOW_ALL, &api, &tokens).run();
    assert_eq!(get(api.url("/")).text(&run).await, "Bearer [redacted]");
}
