//! `[transport.http]`: the listener and its bounds. Not authentication: that is `auth`.

use crate::key::Key;
use crate::measure::{Measure, Unit};
use crate::problem::Problem;
use crate::resolver::Resolver;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use std::time::Duration;

#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct HttpTable {
    /// Addresses to listen on, IP and port, IPv6 in brackets. 127.0.0.1:8080: only programs on this machine. Not used
    /// when the service manager passes listening TCP sockets (systemd socket units, LISTEN_FDS): those are served.
    #[schemars(length(min = 1))]
    listen: Vec<String>,
    /// Further names that requests may carry in Host, beside localhost, the loopback addresses and the addresses of
    /// listen. None: a web page that points its own name at this machine (DNS rebinding) is refused.
    allowed_hosts: Vec<String>,
    /// Further values that requests may carry in Origin, as scheme://host:port. None: a browser gets in only from
    /// pages this server serves itself.
    allowed_origins: Vec<String>,
    /// Largest request body, bytes; it must hold limits.source_bytes. 4 MiB: twice that, for the escapes of JSON.
    max_body_bytes: u64,
    /// Open connections at once; further ones wait to be accepted. 1024: far more than the
    /// agents of one machine open.
    max_connections: usize,
    /// Head of a request, bytes: its line and its fields; a longer one is answered with 431. 65536: long tokens fit.
    max_head_bytes: usize,
    /// Fields in the head of a request; more are answered with 431. 100: proxies add some tens.
    max_head_fields: usize,
    /// Requests at once on one HTTP/2 connection. 128: what common clients ask for.
    max_requests_per_connection: u32,
    /// Time a client may take to send the head of a request, seconds. 10: slow networks pass, held-open ones end.
    header_timeout_secs: u64,
    /// Time a connection may stay open between requests, seconds. 75: longer than the 60 of common proxies, so that
    /// the proxy closes first.
    idle_timeout_secs: u64,
    /// MCP sessions at once; further ones are refused as busy. 1000: bounds what clients
    /// that never come back can hold.
    max_sessions: usize,
    /// Time after which an MCP session without requests is forgotten, seconds. 3600: a client of an hour ago starts
    /// a new one by itself.
    session_idle_secs: u64,
    /// Allows addresses in listen that other machines reach although there is no [auth]. false: whoever reached the port
    /// would run code.
    allow_public_without_auth: bool,
}

impl Default for HttpTable {
    fn default() -> Self {
        Self {
            listen: vec!["127.0.0.1:8080".to_owned()],
            allowed_hosts: Vec::new(),
            allowed_origins: Vec::new(),
            max_body_bytes: 4 << 20,
            max_connections: 1024,
            max_head_bytes: 64 << 10,
            max_head_fields: 100,
            max_requests_per_connection: 128,
            header_timeout_secs: 10,
            idle_timeout_secs: 75,
            max_sessions: 1000,
            session_idle_secs: 3600,
            allow_public_without_auth: false,
        }
    }
}

/// The HTTP listener.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Http {
    /// At least one, no two the same.
    pub listen: Vec<SocketAddr>,
    /// In lower case, beside the loopback names and the addresses of `listen`.
    pub allowed_hosts: Vec<String>,
    /// In lower case.
    pub allowed_origins: Vec<String>,
    /// At least [`crate::Limits::source_bytes`].
    pub max_body_bytes: u64,
    pub max_connections: usize,
    pub max_head_bytes: usize,
    pub max_head_fields: usize,
    /// On HTTP/2.
    pub max_requests_per_connection: u32,
    pub header_timeout: Duration,
    pub idle_timeout: Duration,
    /// MCP sessions.
    pub max_sessions: usize,
    pub session_idle: Duration,
    pub allow_public_without_auth: bool,
}

impl HttpTable {
    pub(crate) fn body(&self) -> Measure {
        Measure::new(&["transport.http.max_body_bytes"], self.max_body_bytes, Unit::Bytes)
    }

    /// `auth`: whether callers prove who they are.
    pub(crate) fn resolve(self, auth: bool, resolver: &mut Resolver<'_>) -> Http {
        let listen = self.addresses(auth, resolver);
        let host_names = Key::from("transport.http.allowed_hosts");
        let origins = Key::from("transport.http.allowed_origins");
        Http {
            listen,
            allowed_hosts: hosts(self.allowed_hosts, &host_names, resolver),
            allowed_origins: names(
                self.allowed_origins,
                &origins,
                is_origin,
                Problem::NotAnOrigin,
                resolver,
            ),
            max_body_bytes: self.max_body_bytes,
            max_connections: self.max_connections,
            max_head_bytes: self.max_head_bytes,
            max_head_fields: self.max_head_fields,
            max_requests_per_connection: self.max_requests_per_connection,
            header_timeout: Duration::from_secs(self.header_timeout_secs),
            idle_timeout: Duration::from_secs(self.idle_timeout_secs),
            max_sessions: self.max_sessions,
            session_idle: Duration::from_secs(self.session_idle_secs),
            allow_public_without_auth: self.allow_public_without_auth,
        }
    }

    fn addresses(&self, auth: bool, resolver: &mut Resolver<'_>) -> Vec<SocketAddr> {
        let permission = Key::from("transport.http.allow_public_without_auth");
        let permission = (!auth && !self.allow_public_without_auth).then_some(permission);
        let key = Key::from("transport.http.listen");
        if self.listen.is_empty() {
            resolver.refuse(key.clone(), Problem::Empty);
        }
        addresses(&self.listen, &key, permission.as_ref(), Problem::PublicWithoutAuth, resolver)
    }
}

/// Addresses to listen on, each once. With `permission`, the key that would allow it, an address that other machines
/// reach is refused.
pub(crate) fn addresses(
    written: &[String],
    key: &Key,
    permission: Option<&Key>,
    public: fn(SocketAddr) -> Problem,
    resolver: &mut Resolver<'_>,
) -> Vec<SocketAddr> {
    let mut good = Vec::new();
    for (index, text) in written.iter().enumerate() {
        let item = key.item(index);
        match text.parse::<SocketAddr>() {
            Err(_) => resolver.refuse(item, Problem::NotAnAddress),
            Ok(address) if good.contains(&address) => resolver.refuse(item, Problem::Repeated),
            Ok(address) => {
                // Canonical: ::ffff:127.0.0.1 is loopback, and its own type would deny that.
                let reached = !address.ip().to_canonical().is_loopback();
                if let Some(permission) = permission.filter(|_| reached) {
                    resolver.refuse_any(&[item, permission.clone()], public(address));
                }
                good.push(address);
            }
        }
    }
    good
}

/// Host names, see [`names`].
pub(crate) fn hosts(written: Vec<String>, key: &Key, resolver: &mut Resolver<'_>) -> Vec<String> {
    names(written, key, is_host, Problem::NotAHost, resolver)
}

/// Names in lower case, the form clients send; what is not a name is reported.
fn names(
    written: Vec<String>,
    key: &Key,
    good: fn(&str) -> bool,
    problem: Problem,
    resolver: &mut Resolver<'_>,
) -> Vec<String> {
    for (index, name) in written.iter().enumerate() {
        if !good(name) {
            resolver.refuse(key.item(index), problem.clone());
        }
    }
    written.into_iter().map(|name| name.to_ascii_lowercase()).collect()
}

/// RFC 9110 section 7.2: a name or an address, with or without a port. Names are ASCII on the wire.
fn is_host(text: &str) -> bool {
    let (name, port) = match text.rsplit_once(':') {
        Some((name, port)) if !port.ends_with(']') => (name, Some(port)),
        _ => (text, None),
    };
    let letters = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
    let address = |inner: &str| inner.parse::<std::net::Ipv6Addr>().is_ok();
    let bracketed = name.strip_prefix('[').and_then(|name| name.strip_suffix(']'));
    let good = match bracketed {
        Some(inner) => address(inner),
        None => (1..=253).contains(&name.len()) && name.chars().all(letters),
    };
    good && port.is_none_or(|port| port.parse::<u16>().is_ok())
}

/// RFC 6454 section 6.2: scheme, host and port, without a path.
pub(crate) fn is_origin(text: &str) -> bool {
    let scheme = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
    text.split_once("://").is_some_and(|(name, rest)| {
        name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.chars().all(scheme)
            && is_host(rest)
    })
}

#[cfg(test)]
mod tests {
    use super::{is_host, is_origin};

    #[test]
    fn a_host_has_no_scheme_path_or_wildcard() {
        for good in ["a.example", "a.example:8443", "10.0.0.1", "[::1]", "[fe80::1]:80", "my_host"]
        {
            assert!(is_host(good), "{good}");
        }
        for bad in [
            "",
            ":80",
            "*",
            "*.example",
            "https://a",
            "a/b",
            "a b",
            "[::1",
            "a:b",
            "a:99999",
            "ä.example",
        ] {
            assert!(!is_host(bad), "{bad}");
        }
    }

    #[test]
    fn an_origin_is_scheme_host_and_port() {
        for good in ["https://a.example", "http://localhost:3000", "vscode-webview://abc"] {
            assert!(is_origin(good), "{good}");
        }
        for bad in
            ["", "null", "*", "https://", "a.example", "https://a/", "https://u@a", "://a", "1://a"]
        {
            assert!(!is_origin(bad), "{bad}");
        }
    }
}
