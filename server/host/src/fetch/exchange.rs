//! From a checked request to the last response: hop by hop, each looked up, judged and sent anew. Not the body.

use super::client::FetchClient;
use super::connections::{Connections, SendError};
use super::error::FetchError;
use super::redact::Secrets;
use super::redirect;
use super::request::Request;
use super::resolver;
use http::HeaderMap;
use mcp_v8_policy::{Context, FetchRequest, RedirectHop};
use mcp_v8_sandbox::host_call::fetch::{FetchHead, Fields, Redirect};
use mcp_v8_settings::Fetch;
use std::net::IpAddr;

/// A response whose body was not read yet.
pub(super) struct Answered {
    pub(super) head: FetchHead,
    pub(super) response: reqwest::Response,
    /// Every secret that a server of this fetch could repeat.
    pub(super) secrets: Secrets,
}

/// Of one fetch.
pub(super) struct Exchange<'r> {
    pub(super) client: &'r FetchClient,
    pub(super) connections: &'r Connections,
    pub(super) context: &'r Context,
}

impl Exchange<'_> {
    pub(super) async fn run(&self, mut request: Request) -> Result<Answered, FetchError> {
        let settings = &self.client.settings;
        let mut secrets = Secrets::default();
        let mut hop: Option<RedirectHop> = None;
        loop {
            let redirects = hop.as_ref().map_or(0, |hop| hop.hop);
            let response = self.hop(&request, hop.take(), &mut secrets).await?;
            check_head(response.headers(), settings)?;
            let status = response.status();
            let leads_on = redirect::is_redirect(status, response.headers());
            match request.redirect {
                Redirect::Follow if leads_on => {}
                Redirect::Error if leads_on => return Err(FetchError::RedirectIsError),
                _ => return Ok(answered(&request, redirects > 0, response, secrets)),
            }
            if redirects >= settings.max_redirects {
                return Err(FetchError::Redirects(settings.max_redirects));
            }
            // Followed, it would carry the secret to another server, and to the policy.
            let location = response.headers().get(http::header::LOCATION);
            if location.is_some_and(|location| secrets.found_in(location.as_bytes())) {
                return Err(FetchError::SecretInLocation);
            }
            let headers = response.headers();
            hop = Some(redirect::follow(&mut request, redirects + 1, status, headers)?);
        }
    }

    async fn hop(
        &self,
        request: &Request,
        redirect: Option<RedirectHop>,
        secrets: &mut Secrets,
    ) -> Result<reqwest::Response, FetchError> {
        let asked = FetchRequest {
            method: request.method.clone(),
            target: request.target.clone(),
            headers: request.headers.clone(),
            resolved_addresses: self.addresses(request).await?,
            redirect,
        };
        let url = request.target.url();
        let allowed = self.client.gate.check(self.context, asked).await.map_err(Box::new)?;
        let injected = self.client.rules.headers_for(&allowed).await?;
        // What could not be found again must not be sent.
        secrets.add(injected.secrets()).map_err(|_| SendError::Invalid)?;
        let response = self.connections.send(allowed, &injected, request.body.outgoing()).await?;
        if response.status() == http::StatusCode::UNAUTHORIZED {
            self.client.rules.unauthorized(url, &request.method).await;
        }
        Ok(response)
    }

    /// The addresses of this hop, all of them above the floor.
    async fn addresses(&self, request: &Request) -> Result<Vec<IpAddr>, FetchError> {
        let url = request.target.url();
        let host = || url.host_str().unwrap_or_default().to_owned();
        let limit = self.client.settings.connect_timeout;
        let looked_up = resolver::addresses(&*self.client.resolver, url);
        let found = tokio::time::timeout(limit, looked_up)
            .await
            .map_err(|_| FetchError::Time {
                what: "the look-up of the host",
                key: "fetch.connect_timeout_secs",
                limit,
            })?
            .map_err(|source| FetchError::Lookup { host: host(), source })?;
        let judged = self.client.floor.judge(&found);
        judged.map_err(|forbidden| FetchError::Egress { host: host(), forbidden })?;
        Ok(found)
    }
}

fn check_head(headers: &HeaderMap, settings: &Fetch) -> Result<(), FetchError> {
    let what = "the head of the response";
    if headers.len() > settings.max_headers {
        let limit = settings.max_headers as u64;
        return Err(FetchError::Size { what, key: "fetch.max_headers", limit });
    }
    let bytes: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    if bytes > settings.max_header_bytes {
        let limit = settings.max_header_bytes as u64;
        return Err(FetchError::Size { what, key: "fetch.max_headers_kb", limit });
    }
    Ok(())
}

fn answered(
    request: &Request,
    redirected: bool,
    response: reqwest::Response,
    secrets: Secrets,
) -> Answered {
    let shown = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
        (name.to_string(), secrets.without(value.as_bytes()))
    };
    // A body out of which secrets are taken has another length.
    let fits = |name: &str| secrets.is_empty() || name != http::header::CONTENT_LENGTH.as_str();
    let headers: Fields =
        response.headers().iter().map(shown).filter(|(name, _)| fits(name)).collect();
    let status = response.status();
    let head = FetchHead {
        status: status.as_u16(),
        status_text: status.canonical_reason().unwrap_or_default().to_owned(),
        url: request.target.as_str().to_owned(),
        redirected,
        headers,
    };
    Answered { head, response, secrets }
}
