//! One HTTP request: the first of a `fetch`, or one hop of its redirects. Not the body, which no rule reads.

use super::headers::Headers;
use super::target::{Parsed, Target};
use super::{Request, sealed::Sealed};
use mcp_v8_sandbox::Capability;
use serde::ser::{Serialize, SerializeStruct, Serializer};
use std::net::IpAddr;

/// `fetch(...)`, one decision per hop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FetchRequest {
    /// As it is sent, for example `GET`.
    pub method: String,
    pub target: Target,
    /// What the script set; what the operator adds comes later.
    pub headers: Headers,
    /// The addresses that the host resolved to and that alone will be dialled.
    pub resolved_addresses: Vec<IpAddr>,
    /// `None` for the request the script made.
    pub redirect: Option<RedirectHop>,
}

/// How a redirect came here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedirectHop {
    /// 1 for the first redirect.
    pub hop: u32,
    /// What answered with the redirect.
    pub from: Target,
    /// 301, 302, 303, 307 or 308.
    pub status: u16,
}

impl Sealed for FetchRequest {}

impl Request for FetchRequest {
    const CAPABILITY: Capability = Capability::Fetch;

    fn summary(&self) -> String {
        format!("{} {}", self.method, self.target.summary())
    }
}

impl Serialize for FetchRequest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut input = serializer.serialize_struct("FetchRequest", 7)?;
        input.serialize_field("operation", "fetch")?;
        input.serialize_field("url", self.target.as_str())?;
        input.serialize_field("method", &self.method)?;
        input.serialize_field("headers", &self.headers)?;
        input.serialize_field("url_parsed", &self.target.parsed())?;
        input.serialize_field("resolved_addresses", &self.resolved_addresses)?;
        input.serialize_field("redirect", &self.redirect.as_ref().map(Hop::of))?;
        input.end()
    }
}

#[derive(serde::Serialize)]
struct Hop<'h> {
    hop: u32,
    status: u16,
    from: &'h str,
    from_parsed: Parsed<'h>,
}

impl<'h> Hop<'h> {
    fn of(hop: &'h RedirectHop) -> Self {
        let from = &hop.from;
        Self { hop: hop.hop, status: hop.status, from: from.as_str(), from_parsed: from.parsed() }
    }
}
