//! The floor holds under `allow := true`, and what was judged is what is dialled.

use crate::server::{Server, ok, redirect};
use crate::support::{ALLOW_ALL, Setup, get};
use mcp_v8_sandbox::Code;

fn closed() -> Setup {
    Setup::policy(ALLOW_ALL).with(|fetch| fetch.allow_cidrs.clear())
}

#[tokio::test]
async fn loopback_and_metadata_are_out_of_reach_in_every_spelling_until_the_operator_lists_them() {
    let server = Server::start(|_| ok("in")).await;
    let setup = closed().name("localhost", &[&["::1", "127.0.0.1"]]);
    let port = server.address.port();
    for host in [
        "127.0.0.1",
        "localhost",
        "LOCALHOST",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "0",
        "2130706433",
        "0x7f.1",
        "0177.0.0.1",
        "127.1",
        "127.0.0.1.",
        "\u{ff11}27.0.0.1",
        "%31%32%37.0.0.1",
        "127\u{3002}0\u{3002}0\u{3002}1",
        "169.254.169.254",
        "[::ffff:169.254.169.254]",
        "[fd00:ec2::254]",
        "100.100.100.200",
        "[fe80::1]",
        "255.255.255.255",
    ] {
        let (code, message) = get(format!("http://{host}:{port}/")).code(&setup.run()).await;
        assert_eq!(code, Some(Code::DeniedEgress), "{host}: {message}");
        assert!(message.contains("fetch.allow_cidrs"), "{message}");
    }
    assert_eq!(server.opened(), 0);
    let open = closed().with(|fetch| fetch.allow_cidrs = vec!["127.0.0.0/8".parse().unwrap()]);
    for host in ["127.0.0.1", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]"] {
        assert_eq!(get(format!("http://{host}:{port}/")).text(&open.run()).await, "in", "{host}");
    }
}

#[tokio::test]
async fn a_name_that_rebinds_never_reaches_the_blocked_listener() {
    let good = Server::start(|_| ok("good")).await;
    let port = good.address.port();
    let blocked = Server::at(&format!("127.0.0.2:{port}"), |_| ok("blocked")).await;
    let setup = Setup::policy(ALLOW_ALL)
        .with(|fetch| fetch.allow_cidrs = vec!["127.0.0.1/32".parse().unwrap()])
        .name("rebind.test", &[&["127.0.0.1"], &["127.0.0.2"], &["127.0.0.1"], &["127.0.0.2"]])
        .name("mixed.test", &[&["127.0.0.1", "127.0.0.2"]]);
    let run = setup.run();
    let url = good.named("rebind.test", "/");
    for _ in 0..2 {
        // The second answer of the resolver would be the blocked one: nobody asks for it within one hop.
        assert_eq!(get(&url).text(&run).await, "good");
        let (code, message) = get(&url).code(&run).await;
        assert_eq!(code, Some(Code::DeniedEgress), "{message}");
        assert!(message.contains("127.0.0.2 is in 127.0.0.0/8 (loopback)"), "{message}");
    }
    let (code, _) = get(good.named("mixed.test", "/")).code(&run).await;
    assert_eq!(code, Some(Code::DeniedEgress), "one bad address refuses the name");
    assert_eq!(blocked.opened(), 0);
    assert_eq!(get(blocked.url("/")).text(&Setup::policy(ALLOW_ALL).run()).await, "blocked");
}

#[tokio::test]
async fn a_kept_connection_is_not_used_for_addresses_that_were_not_judged() {
    let one = Server::start(|_| ok("one")).await;
    let two = Server::at(&format!("127.0.0.2:{}", one.address.port()), |_| ok("two")).await;
    let setup = Setup::policy(ALLOW_ALL).name("moves.test", &[&["127.0.0.1"]]);
    let run = setup.run();
    let url = one.named("moves.test", "/");
    // A connection comes back to the pool a little after its body has ended: until one is used again.
    while one.hits() == one.opened() {
        assert_eq!(get(&url).text(&run).await, "one");
        assert!(one.hits() < 1000, "no connection is kept");
    }
    setup.rename("moves.test", &[&["127.0.0.2"]]);
    assert_eq!(get(&url).text(&run).await, "two");
    assert_eq!(two.opened(), 1);
    let other = setup.client().run(crate::support::caller());
    assert_eq!(get(&url).text(&other).await, "two");
    assert_eq!(two.opened(), 2, "another run has connections of its own");
}

#[tokio::test]
async fn a_redirect_does_not_lead_beneath_the_floor() {
    let blocked = Server::at("127.0.0.2:0", |_| ok("blocked")).await;
    let location = blocked.url("/");
    let first = Server::start(move |_| redirect(302, &location)).await;
    let setup = Setup::policy(ALLOW_ALL)
        .with(|fetch| fetch.allow_cidrs = vec!["127.0.0.1/32".parse().unwrap()]);
    let (code, _) = get(first.url("/")).code(&setup.run()).await;
    assert_eq!((code, blocked.opened()), (Some(Code::DeniedEgress), 0));
    assert_eq!(get(first.url("/")).text(&Setup::policy(ALLOW_ALL).run()).await, "blocked");
}

const IN_CHILD: &str = "MCP_V8_TEST_ORIGIN";

#[tokio::test]
async fn a_proxy_in_the_environment_is_not_used() {
    if let Ok(url) = std::env::var(IN_CHILD) {
        assert_eq!(get(url).text(&Setup::policy(ALLOW_ALL).run()).await, "direct");
        return;
    }
    let origin = Server::start(|_| ok("direct")).await;
    let proxy = Server::start(|_| ok("by proxy")).await;
    let mut child = std::process::Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "egress::a_proxy_in_the_environment_is_not_used"]);
    for name in ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"] {
        child.env(name, proxy.url(""));
    }
    child.env(IN_CHILD, origin.url("/")).env_remove("NO_PROXY").env_remove("no_proxy");
    let output = tokio::task::spawn_blocking(move || child.output().unwrap()).await.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    assert_eq!((origin.hits(), proxy.opened()), (1, 0));
}
