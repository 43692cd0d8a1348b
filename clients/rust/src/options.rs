//! Where the server is, and the proof of who asks.

use crate::Client;
use http::{HeaderMap, HeaderValue, header};
use reqwest::Url;
use std::time::Duration;

/// To connect; the server may be on the other side of the world.
const CONNECT: Duration = Duration::from_secs(10);

/// Without a byte from the server. Longer than it lets anybody wait for the end of a run, and than the 15 s between
/// signs of life of an event stream.
const SILENCE: Duration = Duration::from_secs(90);

/// How to reach a server.
#[derive(Clone)]
pub struct Options {
    url: String,
    token: Option<String>,
}

/// A server cannot be asked with these options.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    #[error("{url:?} is no URL of a server: it must be http:// or https:// and a host")]
    Url { url: String },
    #[error("the token has characters that no token has")]
    Token,
    #[error("the HTTP client cannot be made")]
    Client(#[from] reqwest::Error),
}

impl Options {
    /// The server at a URL: its origin, and the path before `/api` where a proxy has one.
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into(), token: None }
    }

    /// Sends a bearer token with every request.
    #[must_use]
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.token = Some(token.into());
        self
    }

    /// A client. Nothing is sent yet. Redirects are not followed: a token goes to the server it is for.
    ///
    /// # Errors
    /// [`ConnectError`]
    pub fn connect(&self) -> Result<Client, ConnectError> {
        let no_url = || ConnectError::Url { url: self.url.clone() };
        let url = Url::parse(&self.url).map_err(|_| no_url())?;
        if !matches!(url.scheme(), "http" | "https") || !url.has_host() || url.query().is_some() {
            return Err(no_url());
        }
        let mut headers = HeaderMap::new();
        if let Some(token) = &self.token {
            let value = HeaderValue::from_str(&format!("Bearer {token}"));
            let mut value = value.map_err(|_| ConnectError::Token)?;
            value.set_sensitive(true);
            headers.insert(header::AUTHORIZATION, value);
        }
        let client = reqwest::Client::builder()
            .default_headers(headers)
            .connect_timeout(CONNECT)
            .read_timeout(SILENCE)
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        Ok(Client::new_with_client(url.as_str().trim_end_matches('/'), client))
    }
}

impl std::fmt::Debug for Options {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let token = self.token.as_ref().map(|_| "...");
        f.debug_struct("Options").field("url", &self.url).field("token", &token).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_server_and_no_token_is_refused_before_anything_is_sent() {
        for bad in ["", "127.0.0.1:8080", "ftp://a", "http://", "file:///x", "http://a/?b=c"] {
            let connected = Options::new(bad).connect();
            assert!(matches!(connected, Err(ConnectError::Url { .. })), "{bad}");
        }
        let token = Options::new("http://a").token("a\nb").connect();
        assert!(matches!(token, Err(ConnectError::Token)));
        assert!(Options::new("https://a.example/behind/a/proxy/").token("t").connect().is_ok());
    }

    #[test]
    fn a_token_is_not_shown() {
        let shown = format!("{:?}", Options::new("http://a").token("secret"));
        assert!(!shown.contains("secret") && shown.contains("http://a"), "{shown}");
    }
}
