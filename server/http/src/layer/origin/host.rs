//! The name a request is sent to (RFC 9110 section 7.2). Only names that are plain: anything clever is none.

use std::net::{IpAddr, Ipv6Addr};

/// A name or an address, with or without a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    /// Lower case; an IPv6 address without brackets, in its shortest form.
    pub name: String,
    pub port: Option<u16>,
}

impl Host {
    /// `None` for what is not `name`, `address` or `[address]`, with or without `:port`: user names, paths, spaces.
    pub fn parse(text: &str) -> Option<Self> {
        let (name, port) = match text.strip_prefix('[') {
            Some(rest) => {
                let (address, port) = rest.split_once(']')?;
                (address.parse::<Ipv6Addr>().ok()?.to_string(), port)
            }
            None => {
                let (name, port) = text.split_at(text.find(':').unwrap_or(text.len()));
                let plain = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
                let good = !name.is_empty() && name.chars().all(plain);
                (good.then(|| name.to_ascii_lowercase())?, port)
            }
        };
        let port = match port.strip_prefix(':') {
            None if port.is_empty() => None,
            None => return None,
            Some(digits) => Some(self::port(digits)?),
        };
        Some(Self { name, port })
    }

    /// `localhost`, or an address of this machine that no other machine reaches.
    pub fn is_loopback(&self) -> bool {
        self.name == "localhost" || self.address().is_some_and(|address| address.is_loopback())
    }

    pub fn address(&self) -> Option<IpAddr> {
        self.name.parse().ok()
    }
}

/// Digits only: the standard library would take a sign too.
fn port(digits: &str) -> Option<u16> {
    digits.chars().all(|c| c.is_ascii_digit()).then(|| digits.parse().ok())?
}
