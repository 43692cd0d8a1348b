//! Host and Origin checks against DNS rebinding: a web page in the user's browser must not drive a server on their
//! machine. MCP 2025-11-25 (Streamable HTTP, security warning) demands the one for Origin. Not authentication.

mod host;
mod web;

use crate::problem::Problem;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Uri, Version, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use host::Host;
use mcp_v8_sandbox::Code;
use mcp_v8_settings::Http;
use std::net::IpAddr;
use std::sync::Arc;
use web::Origin;

/// Names this server answers to.
#[derive(Debug)]
pub struct Allowed {
    hosts: Vec<Host>,
    origins: Vec<Origin>,
    /// Addresses of the listeners. Not the unspecified one: browsers take it for this machine.
    listen: Vec<IpAddr>,
}

impl Allowed {
    pub fn new(http: &Http) -> Arc<Self> {
        let addresses = http.listen.iter().map(|address| address.ip());
        Arc::new(Self {
            // Settings has checked both lists by the same rules.
            hosts: http.allowed_hosts.iter().filter_map(|text| Host::parse(text)).collect(),
            origins: http.allowed_origins.iter().filter_map(|text| Origin::parse(text)).collect(),
            listen: addresses.filter(|address| !address.is_unspecified()).collect(),
        })
    }

    /// Loopback names and listen addresses with any port; an allowed host without a port stands for all of them.
    fn host(&self, host: &Host) -> bool {
        let listed = |known: &Host| {
            known.name == host.name && known.port.is_none_or(|port| host.port == Some(port))
        };
        host.is_loopback()
            || host.address().is_some_and(|address| self.listen.contains(&address))
            || self.hosts.iter().any(listed)
    }

    fn origin(&self, origin: &Origin) -> bool {
        origin.is_loopback() || self.origins.contains(origin)
    }
}

/// Refuses foreign hosts and origins with 403.
pub async fn check(State(allowed): State<Arc<Allowed>>, request: Request, next: Next) -> Response {
    match judge(&allowed, request.version(), request.uri(), request.headers()) {
        Ok(()) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}

fn judge(
    allowed: &Allowed,
    version: Version,
    uri: &Uri,
    headers: &HeaderMap,
) -> Result<(), Problem> {
    for text in hosts(version, uri, headers)? {
        if !Host::parse(text).is_some_and(|host| allowed.host(&host)) {
            return Err(foreign_host(format!("this server does not answer to the host {text:?}")));
        }
    }
    for origin in headers.get_all(header::ORIGIN) {
        let parsed = origin.to_str().ok().and_then(Origin::parse);
        if !parsed.is_some_and(|origin| allowed.origin(&origin)) {
            return Err(denied(format!(
                "this server does not take requests from the web origin {origin:?}; its operator can add it to transport.http.allowed_origins"
            )));
        }
    }
    Ok(())
}

/// Every name a request is sent to: that of its target, if it has one (absolute form, HTTP/2), and that of its Host
/// header. HTTP/1 must have the header (RFC 9112 section 3.2), whatever its target.
fn hosts<'a>(
    version: Version,
    uri: &'a Uri,
    headers: &'a HeaderMap,
) -> Result<Vec<&'a str>, Problem> {
    let mut fields = headers.get_all(header::HOST).iter();
    let field = fields.next();
    if fields.next().is_some() {
        return Err(foreign_host("the request has more than one Host header".to_owned()));
    }
    let target = uri.authority().map(|authority| authority.as_str());
    let needs_field = version < Version::HTTP_2 || target.is_none();
    if field.is_none() && needs_field {
        return Err(foreign_host("the request has no Host header".to_owned()));
    }
    // What is no text is no host either, and refused as such.
    let field = field.map(|value| value.to_str().unwrap_or_default());
    Ok(target.into_iter().chain(field).collect())
}

fn foreign_host(what: String) -> Problem {
    denied(format!("{what}; its operator can add names to transport.http.allowed_hosts"))
}

fn denied(detail: String) -> Problem {
    Problem::new(Code::DeniedPolicy, detail)
}

#[cfg(test)]
mod tests;
