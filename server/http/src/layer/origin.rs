//! Host and Origin checks against DNS rebinding: a web page in the user's browser must not drive a server on their
//! machine. MCP 2025-11-25 demands 403 for a bad Origin.

use crate::problem::Problem;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Uri, header, uri::Authority};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use mcp_v8_sandbox::Code;
use mcp_v8_settings::Http;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

/// Names this server answers to.
#[derive(Debug)]
pub struct Allowed {
    /// Lower-case `host` or `host:port`.
    hosts: Vec<String>,
    /// Lower-case origins, `scheme://host[:port]`.
    origins: Vec<String>,
    listen: Vec<SocketAddr>,
}

impl Allowed {
    pub fn new(http: &Http) -> Arc<Self> {
        Arc::new(Self {
            hosts: http.allowed_hosts.clone(),
            origins: http.allowed_origins.clone(),
            listen: http.listen.clone(),
        })
    }

    fn host(&self, authority: &Authority) -> bool {
        let host = authority.host().to_ascii_lowercase();
        let full = authority.as_str().to_ascii_lowercase();
        // An authority in a request has no user; one that has is a trick.
        let plain = !full.contains('@');
        plain
            && (loopback(&host)
                || self.listens_on(&host)
                || self.hosts.iter().any(|known| *known == host || *known == full))
    }

    fn listens_on(&self, host: &str) -> bool {
        let address = bare(host).parse::<IpAddr>().ok();
        address.is_some_and(|address| self.listen.iter().any(|own| own.ip() == address))
    }

    fn origin(&self, origin: &str) -> bool {
        let origin = origin.to_ascii_lowercase();
        let parsed = origin.parse::<Uri>().ok();
        let scheme = parsed.as_ref().and_then(Uri::scheme_str);
        let local = matches!(scheme, Some("http" | "https"))
            && parsed.as_ref().and_then(Uri::authority).is_some_and(|authority| {
                !authority.as_str().contains('@')
                    && loopback(&authority.host().to_ascii_lowercase())
            });
        local || self.origins.contains(&origin)
    }
}

fn bare(host: &str) -> &str {
    host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host)
}

/// `localhost` and loopback addresses, whatever the port.
fn loopback(host: &str) -> bool {
    host == "localhost" || bare(host).parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// The authority a request is for: of its target when that has one (absolute form, HTTP/2), otherwise of `Host`.
fn authority(uri: &Uri, headers: &HeaderMap) -> Result<Authority, &'static str> {
    let mut hosts = headers.get_all(header::HOST).iter();
    let header = hosts.next();
    if hosts.next().is_some() {
        return Err("the request has several Host headers");
    }
    let header =
        header.map(|value| value.to_str().ok().and_then(|text| text.parse::<Authority>().ok()));
    match (uri.authority(), header) {
        (_, Some(None)) => Err("the Host header is malformed"),
        (Some(target), Some(Some(header))) if *target != header => {
            Err("the Host header and the request target differ")
        }
        (Some(target), _) => Ok(target.clone()),
        (None, Some(Some(header))) => Ok(header),
        (None, None) => Err("the request has no Host header"),
    }
}

/// Refuses foreign hosts and origins with 403.
pub async fn check(State(allowed): State<Arc<Allowed>>, request: Request, next: Next) -> Response {
    match judge(&allowed, request.uri(), request.headers()) {
        Ok(()) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}

fn judge(allowed: &Allowed, uri: &Uri, headers: &HeaderMap) -> Result<(), Problem> {
    let denied = |detail: String| Problem::new(Code::DeniedPolicy, detail);
    let authority = authority(uri, headers).map_err(|what| denied(what.to_owned()))?;
    if !allowed.host(&authority) {
        return Err(denied(format!(
            "this server does not answer to the host `{authority}`; an operator adds it to transport.http.allowed_hosts"
        )));
    }
    for origin in headers.get_all(header::ORIGIN) {
        if !origin.to_str().is_ok_and(|origin| allowed.origin(origin)) {
            let detail = "requests from this web origin are refused; an operator adds it to transport.http.allowed_origins";
            return Err(denied(detail.to_owned()));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
