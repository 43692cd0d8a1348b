//! Which hosts and origins pass: the matrix of DNS rebinding.

use super::*;

fn allowed() -> Allowed {
    let flags = vec![
        (
            "transport.http.listen".to_owned(),
            serde_json::json!(["192.0.2.7:8080", "0.0.0.0:80", "[2001:db8::1]:80"]),
        ),
        ("transport.http.allow_public_without_auth".to_owned(), true.into()),
        (
            "transport.http.allowed_hosts".to_owned(),
            serde_json::json!(["js.example.org", "Other.example:8443"]),
        ),
        (
            "transport.http.allowed_origins".to_owned(),
            serde_json::json!([
                "https://App.example.org",
                "vscode-webview://abc",
                "https://port.example:443"
            ]),
        ),
        ("storage.kind".to_owned(), "none".into()),
    ];
    let settings = mcp_v8_settings::load(&mcp_v8_settings::Sources { flags, ..Default::default() });
    let http = settings.expect("the settings are good").transport.http.expect("a listener");
    Arc::into_inner(Allowed::new(&http)).expect("nobody else has it")
}

fn verdict(version: Version, target: &str, headers: &[(&str, &str)]) -> bool {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        let name = axum::http::HeaderName::from_bytes(name.as_bytes()).expect("a header name");
        map.append(name, value.parse().expect("a header value"));
    }
    judge(&allowed(), version, &target.parse().expect("a target"), &map).is_ok()
}

fn http1(target: &str, headers: &[(&str, &str)]) -> bool {
    verdict(Version::HTTP_11, target, headers)
}

#[test]
fn loopback_listen_addresses_and_configured_hosts_pass() {
    for host in [
        "localhost",
        "LOCALHOST:8080",
        "127.0.0.1",
        "127.0.0.1:1",
        "[::1]:8080",
        "[::1]",
        "[0:0:0:0:0:0:0:1]",
        "192.0.2.7:8080",
        "192.0.2.7",
        "[2001:DB8::1]",
        "js.example.org",
        "JS.example.org:443",
        "other.example:8443",
    ] {
        assert!(http1("/", &[("host", host)]), "{host}");
    }
}

#[test]
fn foreign_and_lookalike_hosts_are_refused() {
    for host in [
        "attacker.test",
        "localhost.attacker.test",
        "127.0.0.1.attacker.test",
        "localhost@attacker.test",
        "attacker.test@localhost",
        "localhost:80@attacker.test",
        "attacker.test:80@localhost",
        "192.0.2.8",
        "other.example",
        "other.example:80",
        "",
        " ",
        "a b",
        "localhost.",
        "localhost,attacker.test",
        "localhost attacker.test",
        "localhost/",
        "localhost:",
        "localhost:x",
        "localhost:+80",
        "localhost:99999",
        "[::1",
        "::1",
        "[::1]x",
        "[::1].attacker.test",
        "[localhost]",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0.0.0.0",
        "[::]",
        "loc\u{e4}lhost",
        "%6cocalhost",
        "http://localhost",
        "js.example.org.attacker.test",
    ] {
        assert!(!http1("/", &[("host", host)]), "{host:?}");
    }
}

#[test]
fn a_request_has_exactly_one_host() {
    assert!(!http1("/", &[]), "no host at all");
    assert!(!http1("/", &[("host", "localhost"), ("host", "localhost")]), "two hosts");
    assert!(
        !http1("/", &[("host", "localhost"), ("host", "attacker.test")]),
        "two different hosts"
    );
    assert!(http1("/", &[("host", "localhost")]), "one host");
}

#[test]
fn absolute_targets_are_judged_by_their_authority() {
    let local = &[("host", "localhost")][..];
    assert!(http1("http://localhost/", local));
    assert!(!http1("http://attacker.test/", local));
    assert!(!http1("http://localhost@attacker.test/", local));
    assert!(!http1("http://attacker.test@localhost/", local));
    assert!(!http1("http://localhost/", &[("host", "attacker.test")]));
    assert!(!http1("http://localhost/", &[]), "HTTP/1.1 has a Host header in any case");
}

#[test]
fn http2_is_judged_by_its_authority_and_by_a_host_header_beside_it() {
    let http2 = |target, headers: &[(&str, &str)]| verdict(Version::HTTP_2, target, headers);
    assert!(http2("http://localhost:8080/", &[]));
    assert!(!http2("http://attacker.test/", &[]));
    assert!(!http2("http://localhost/", &[("host", "attacker.test")]));
    assert!(http2("/", &[("host", "localhost")]), "without :authority");
    assert!(!http2("/", &[]));
}

#[test]
fn foreign_origins_are_refused_and_local_and_configured_ones_pass() {
    let with = |origin| http1("/", &[("host", "localhost"), ("origin", origin)]);
    for origin in [
        "http://localhost",
        "http://localhost:5173",
        "HTTPS://127.0.0.1:1",
        "http://[::1]",
        "https://app.example.org",
        "https://APP.example.org:443",
        "https://port.example",
        "vscode-webview://abc",
    ] {
        assert!(with(origin), "{origin}");
    }
    for origin in [
        "null",
        "https://attacker.test",
        "http://localhost.attacker.test",
        "http://localhost@attacker.test",
        "http://127.0.0.1.attacker.test",
        "https://app.example.org.attacker.test",
        "https://app.example.org:444",
        "http://app.example.org",
        "ftp://localhost",
        "file://",
        "localhost",
        "",
        "http://",
        "http://localhost/",
        "http://localhost?",
        "http://localhost http://attacker.test",
        "vscode-webview://abcd",
        "*",
    ] {
        assert!(!with(origin), "{origin:?}");
    }
    let two = [
        ("host", "localhost"),
        ("origin", "http://localhost"),
        ("origin", "https://attacker.test"),
    ];
    assert!(!http1("/", &two), "every Origin header counts");
}

#[test]
fn a_refusal_names_the_key_that_would_allow_it() {
    let detail = |headers: HeaderMap| {
        let refused = judge(&allowed(), Version::HTTP_11, &Uri::from_static("/"), &headers);
        format!("{:?}", refused.expect_err("it is refused"))
    };
    let mut headers = HeaderMap::new();
    assert!(detail(headers.clone()).contains("transport.http.allowed_hosts"));
    headers.insert(header::HOST, axum::http::HeaderValue::from_static("attacker.test"));
    assert!(detail(headers.clone()).contains("transport.http.allowed_hosts"));
    headers.insert(header::HOST, axum::http::HeaderValue::from_static("localhost"));
    headers.insert(header::ORIGIN, axum::http::HeaderValue::from_static("null"));
    assert!(detail(headers).contains("transport.http.allowed_origins"));
}
