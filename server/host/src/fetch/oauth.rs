//! A token of OAuth 2.0 client credentials (RFC 6749 section 4.4), kept until shortly before it ends. One request for it
//! at a time, however many fetches wait for it.

use super::error::chain;
use crate::secret_file::{self, BYTES_MIN, SecretFileError};
use data_encoding::BASE64;
use mcp_v8_settings::OAuth;
use serde_json::Value as Json;
use std::time::{Duration, Instant};
use tokio::sync::Mutex;
use url::form_urlencoded::{Serializer, byte_serialize};
use zeroize::Zeroizing;

/// Longest answer of a token endpoint, bytes.
const ANSWER_BYTES_MAX: usize = 64 << 10;

/// Life of a token whose endpoint does not say.
const LIFE: Duration = Duration::from_secs(300);

/// A new token is asked for this long before the old one ends, or at nine tenths of its life.
const AHEAD: Duration = Duration::from_secs(60);

/// A refused token younger than this is not asked for again: it is not its age that is wrong.
const REFUSED_AGE: Duration = Duration::from_secs(30);

pub(super) struct Credentials {
    oauth: OAuth,
    client: reqwest::Client,
    /// Held while a new one is asked for, so that the others wait for it.
    token: Mutex<Option<Token>>,
}

struct Token {
    text: Zeroizing<String>,
    since: Instant,
    until: Instant,
}

/// Why there is no token. Never repeats what the endpoint answered.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    #[error(transparent)]
    Secret(#[from] SecretFileError),
    #[error("the token endpoint failed: {0}")]
    Network(String),
    #[error("the token endpoint answered with status {0}")]
    Status(u16),
    #[error("the token endpoint's answer holds no usable access_token")]
    Answer,
}

impl Credentials {
    pub(super) fn new(oauth: OAuth, client: reqwest::Client) -> Self {
        Self { oauth, client, token: Mutex::default() }
    }

    pub(super) async fn token(&self) -> Result<Zeroizing<String>, TokenError> {
        let mut kept = self.token.lock().await;
        if let Some(token) = &*kept
            && Instant::now() < token.until
        {
            return Ok(token.text.clone());
        }
        let token = self.ask().await?;
        let text = token.text.clone();
        *kept = Some(token);
        Ok(text)
    }

    pub(super) async fn unauthorized(&self) {
        let mut kept = self.token.lock().await;
        if kept.as_ref().is_some_and(|token| token.since.elapsed() > REFUSED_AGE) {
            *kept = None;
        }
    }

    async fn ask(&self) -> Result<Token, TokenError> {
        let secret = secret_file::read_in_background(&self.oauth.client_secret_file).await?;
        let network = |error| {
            // A server may repeat what it was sent, also in a reason that hyper shows.
            TokenError::Network(chain(error).replace(secret.as_str(), "[redacted]"))
        };
        let since = Instant::now();
        let request = self
            .client
            .post(&self.oauth.token_url)
            .header(http::header::AUTHORIZATION, self.basic(&secret)?)
            .header(http::header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(http::header::ACCEPT, "application/json")
            .body(self.form());
        let mut response = request.send().await.map_err(network)?;
        if response.status() != http::StatusCode::OK {
            return Err(TokenError::Status(response.status().as_u16()));
        }
        let mut answer = Zeroizing::new(Vec::new());
        while let Some(piece) = response.chunk().await.map_err(network)? {
            if answer.len() + piece.len() > ANSWER_BYTES_MAX {
                return Err(TokenError::Answer);
            }
            answer.extend_from_slice(&piece);
        }
        token(&answer, since).ok_or(TokenError::Answer)
    }

    /// RFC 6749 section 2.3.1: both are form-encoded before they are put together.
    fn basic(&self, secret: &str) -> Result<http::HeaderValue, TokenError> {
        let encoded = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
        let pair =
            Zeroizing::new(format!("{}:{}", encoded(&self.oauth.client_id), encoded(secret)));
        let value = Zeroizing::new(format!("Basic {}", BASE64.encode(pair.as_bytes())));
        let mut value = http::HeaderValue::from_str(&value).map_err(|_| TokenError::Answer)?;
        value.set_sensitive(true);
        Ok(value)
    }

    fn form(&self) -> String {
        let mut form = Serializer::new(String::new());
        form.append_pair("grant_type", "client_credentials");
        if let Some(scope) = &self.oauth.scope {
            form.append_pair("scope", scope);
        }
        form.finish()
    }
}

/// RFC 6749 section 5.1. Some servers write `expires_in` as a text.
fn token(answer: &[u8], since: Instant) -> Option<Token> {
    let answer: Json = serde_json::from_slice(answer).ok()?;
    let text = Zeroizing::new(answer["access_token"].as_str()?.to_owned());
    let good = text.len() >= BYTES_MIN && text.bytes().all(|byte| byte.is_ascii_graphic());
    let seconds = &answer["expires_in"];
    let seconds = seconds.as_u64().or_else(|| seconds.as_str()?.parse().ok());
    // A year at most, so that the sum is a point in time.
    let life = seconds.map_or(LIFE, |seconds| Duration::from_secs(seconds.min(366 * 86_400)));
    let until = since + life - AHEAD.min(life / 10);
    good.then_some(Token { text, since, until })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_given_up_ahead_of_its_end() {
        let since = Instant::now();
        let life = |answer: &str| {
            token(answer.as_bytes(), since).map(|token| (token.until - since).as_secs())
        };
        assert_eq!(life(r#"{"access_token":"abcdefgh","expires_in":3600}"#), Some(3540));
        assert_eq!(life(r#"{"access_token":"abcdefgh","expires_in":"100"}"#), Some(90));
        assert_eq!(life(r#"{"access_token":"abcdefgh"}"#), Some(270));
        assert_eq!(life(r#"{"access_token":"abcdefgh","expires_in":0}"#), Some(0));
        assert!(life(r#"{"access_token":"abcdefgh","expires_in":18446744073709551615}"#).is_some());
        for bad in
            ["", "[]", "{}", r#"{"access_token":"short"}"#, r#"{"access_token":"a\r\nbcdefgh"}"#]
        {
            assert_eq!(life(bad), None, "{bad}");
        }
    }
}
