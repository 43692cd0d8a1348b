//! Which hosts and origins pass: the matrix of DNS rebinding.

use super::*;

fn allowed() -> Allowed {
    Allowed {
        hosts: vec!["js.example.org".into(), "other.example:8443".into()],
        origins: vec!["https://app.example.org".into()],
        listen: vec!["192.0.2.7:8080".parse().expect("an address")],
    }
}

fn verdict(target: &str, headers: &[(&str, &str)]) -> bool {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        let name = axum::http::HeaderName::from_bytes(name.as_bytes()).expect("a header name");
        map.append(name, value.parse().expect("a header value"));
    }
    judge(&allowed(), &target.parse().expect("a target"), &map).is_ok()
}

#[test]
fn loopback_listen_addresses_and_configured_hosts_pass() {
    for host in [
        "localhost",
        "LOCALHOST:8080",
        "127.0.0.1",
        "127.0.0.1:1",
        "[::1]:8080",
        "192.0.2.7:8080",
        "js.example.org",
        "js.example.org:443",
        "other.example:8443",
    ] {
        assert!(verdict("/", &[("host", host)]), "{host}");
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
        "192.0.2.8",
        "other.example",
        "other.example:80",
        "",
        "a b",
    ] {
        assert!(!verdict("/", &[("host", host)]), "{host:?}");
    }
    assert!(!verdict("/", &[]), "no host at all");
    assert!(!verdict("/", &[("host", "localhost"), ("host", "localhost")]), "two hosts");
    assert!(!verdict("http://attacker.test/", &[("host", "localhost")]), "a target that differs");
    assert!(!verdict("http://attacker.test/", &[]), "an absolute target");
    assert!(verdict("http://localhost/", &[]), "a good absolute target");
}

#[test]
fn foreign_origins_are_refused_and_local_and_configured_ones_pass() {
    let with = |origin| verdict("/", &[("host", "localhost"), ("origin", origin)]);
    for origin in [
        "http://localhost",
        "http://localhost:5173",
        "https://127.0.0.1:1",
        "http://[::1]",
        "https://app.example.org",
    ] {
        assert!(with(origin), "{origin}");
    }
    for origin in [
        "null",
        "https://attacker.test",
        "http://localhost.attacker.test",
        "http://localhost@attacker.test",
        "https://app.example.org.attacker.test",
        "https://app.example.org:444",
        "ftp://localhost",
        "localhost",
        "",
    ] {
        assert!(!with(origin), "{origin:?}");
    }
}
