//! What a script asks for, checked: URL and subprotocols. Hostile until it has been here.

use super::error::WebSocketError;
use http::HeaderName;
use mcp_v8_policy::Target;
use url::Url;

/// URL and subprotocols together, bytes: what servers take in a request line and a header.
const HEAD_BYTES_MAX: usize = 16 << 10;

/// A connection that can be opened, if it may be.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) target: Target,
    pub(super) protocols: Vec<String>,
}

impl Asked {
    pub(super) fn new(url: &str, protocols: Vec<String>) -> Result<Self, WebSocketError> {
        let bytes = protocols.iter().map(String::len).sum::<usize>().saturating_add(url.len());
        if bytes > HEAD_BYTES_MAX {
            return Err(WebSocketError::Head { limit: HEAD_BYTES_MAX });
        }
        let mut seen = std::collections::HashSet::new();
        // A subprotocol is a token (RFC 6455 section 4.1), and so is the name of a header.
        let good = |one: &String| HeaderName::from_bytes(one.as_bytes()).is_ok();
        if !protocols.iter().all(|one| good(one) && seen.insert(one.clone())) {
            return Err(WebSocketError::Protocols);
        }
        let url: Url = url.parse()?;
        if !matches!(url.scheme(), "ws" | "wss") {
            return Err(WebSocketError::Scheme(url.scheme().to_owned()));
        }
        Ok(Self { target: Target::new(url)?, protocols })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(url: &str, protocols: &[&str]) -> Result<Asked, WebSocketError> {
        Asked::new(url, protocols.iter().map(|one| (*one).to_owned()).collect())
    }

    #[test]
    fn only_addresses_of_web_sockets_and_well_formed_protocols_pass() {
        assert!(asked("wss://a.example/x?y", &["graphql-ws", "v2.chat"]).is_ok());
        for bad in ["http://a.example/", "file:///etc", "ws://u:p@a.example/", "ws://", "x"] {
            assert!(asked(bad, &[]).is_err(), "{bad}");
        }
        for bad in [&["a", "a"][..], &["a b"], &[""], &["a\r\nb"], &["a,b"], &["\u{e9}"]] {
            assert!(asked("ws://a.example/", bad).is_err(), "{bad:?}");
        }
        assert!(asked(&format!("ws://a.example/{}", "x".repeat(HEAD_BYTES_MAX)), &[]).is_err());
    }
}
