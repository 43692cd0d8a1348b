//! The web origin a browser says a request is from (RFC 6454 section 6.2). `null` is none.

use super::host::Host;

/// Scheme, host and port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Lower case.
    scheme: String,
    /// With the port of the scheme where none is written.
    host: Host,
}

impl Origin {
    /// `None` for what is not `scheme://host` or `scheme://host:port`.
    pub fn parse(text: &str) -> Option<Self> {
        let (scheme, host) = text.split_once("://")?;
        let scheme = scheme.to_ascii_lowercase();
        let host = Host::parse(host)?;
        let usual = match scheme.as_str() {
            "http" => Some(80),
            "https" => Some(443),
            _ => None,
        };
        Some(Self { host: Host { port: host.port.or(usual), ..host }, scheme })
    }

    /// A page that this machine itself serves.
    pub fn is_loopback(&self) -> bool {
        matches!(self.scheme.as_str(), "http" | "https") && self.host.is_loopback()
    }
}
