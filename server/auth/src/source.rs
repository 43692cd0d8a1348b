//! Reading the keys of an issuer, from a file or a server: bounded in time and size, without redirects, and only over
//! what nobody in between can change. Not what is in them.

use mcp_v8_settings::{Jwt, KeySource};
use reqwest::redirect;
use serde::Deserialize;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;
use url::{Host, Url};

/// Why keys could not be read.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    #[error("{}: {source}", .path.display())]
    File { path: PathBuf, source: std::io::Error },
    #[error("{} is not a regular file", .0.display())]
    NotAFile(PathBuf),
    #[error("an HTTP client cannot be made: {0}")]
    Client(String),
    #[error("{0} is not a URL")]
    NotAUrl(String),
    #[error("{url}: {why}")]
    Unreachable { url: Url, why: String },
    #[error("{url} answered with status {status}")]
    Status { url: Url, status: u16 },
    #[error("{0} is longer than {1} bytes (auth.jwks_max_bytes)")]
    TooLong(String, usize),
    #[error("it took longer than {0:?} (auth.jwks_timeout_secs)")]
    TooSlow(Duration),
    #[error("{url} is no metadata of an issuer: {source}")]
    NotMetadata { url: Url, source: serde_json::Error },
    #[error("{url} is the metadata of another issuer, {found:?}")]
    OtherIssuer { url: Url, found: String },
    #[error("the issuer's jwks_uri {0:?} is neither an https URL nor an http URL of this machine")]
    KeysInClear(String),
}

/// Where the keys of one issuer are.
#[derive(Debug)]
pub struct Source {
    from: From,
    timeout: Duration,
    longest: usize,
}

#[derive(Debug)]
enum From {
    File(PathBuf),
    Server { client: reqwest::Client, keys: Location },
}

#[derive(Debug)]
enum Location {
    Known(Url),
    /// In one of these documents, in this order.
    In {
        metadata: Vec<Url>,
        issuer: String,
    },
}

/// OpenID Connect Discovery 1.0 section 3, RFC 8414 section 2.
#[derive(Deserialize)]
struct Metadata {
    issuer: String,
    jwks_uri: String,
}

impl Source {
    /// Reads nothing yet.
    ///
    /// # Errors
    /// [`SourceError::Client`], [`SourceError::NotAUrl`]
    pub fn new(jwt: &Jwt) -> Result<Self, SourceError> {
        let from = match &jwt.keys {
            KeySource::File(path) => From::File(path.clone()),
            KeySource::Url(text) => {
                From::Server { client: client()?, keys: Location::Known(parsed(text)?) }
            }
            KeySource::Discovery => {
                let (metadata, issuer) = (metadata(&jwt.issuer)?, jwt.issuer.clone());
                From::Server { client: client()?, keys: Location::In { metadata, issuer } }
            }
        };
        Ok(Self { from, timeout: jwt.timeout, longest: jwt.max_bytes })
    }

    /// The set of keys, as text.
    ///
    /// # Errors
    /// [`SourceError`]
    pub async fn read(&self) -> Result<Vec<u8>, SourceError> {
        let reading = async {
            match &self.from {
                From::File(path) => file(path, self.longest).await,
                From::Server { client, keys } => {
                    let url = match keys {
                        Location::Known(url) => url.clone(),
                        Location::In { metadata, issuer } => {
                            self.discover(client, metadata, issuer).await?
                        }
                    };
                    self.get(client, &url).await
                }
            }
        };
        let late = |_| SourceError::TooSlow(self.timeout);
        tokio::time::timeout(self.timeout, reading).await.map_err(late)?
    }

    async fn discover(
        &self,
        client: &reqwest::Client,
        metadata: &[Url],
        issuer: &str,
    ) -> Result<Url, SourceError> {
        let mut first = None;
        for url in metadata {
            match self.keys_named_by(client, url, issuer).await {
                Ok(keys) => return Ok(keys),
                Err(error) => first = first.or(Some(error)),
            }
        }
        Err(first.unwrap_or_else(|| SourceError::NotAUrl(issuer.to_owned())))
    }

    async fn keys_named_by(
        &self,
        client: &reqwest::Client,
        url: &Url,
        issuer: &str,
    ) -> Result<Url, SourceError> {
        let text = self.get(client, url).await?;
        let metadata: Metadata = serde_json::from_slice(&text)
            .map_err(|source| SourceError::NotMetadata { url: url.clone(), source })?;
        if metadata.issuer != issuer {
            return Err(SourceError::OtherIssuer { url: url.clone(), found: metadata.issuer });
        }
        let keys: Option<Url> = metadata.jwks_uri.parse().ok().filter(is_private);
        keys.ok_or(SourceError::KeysInClear(metadata.jwks_uri))
    }

    async fn get(&self, client: &reqwest::Client, url: &Url) -> Result<Vec<u8>, SourceError> {
        let unreachable = |error: reqwest::Error| {
            let why = chain(&error.without_url());
            SourceError::Unreachable { url: url.clone(), why }
        };
        let request = client.get(url.clone()).header("Accept", "application/json");
        let mut answer = request.send().await.map_err(unreachable)?;
        let status = answer.status().as_u16();
        if status != 200 {
            return Err(SourceError::Status { url: url.clone(), status });
        }
        let mut text = Vec::new();
        while let Some(part) = answer.chunk().await.map_err(unreachable)? {
            if text.len() + part.len() > self.longest {
                return Err(SourceError::TooLong(url.to_string(), self.longest));
            }
            text.extend_from_slice(&part);
        }
        Ok(text)
    }
}

/// It takes no proxy from the environment, and keeps no connection: keys are read now and then.
fn client() -> Result<reqwest::Client, SourceError> {
    let client = reqwest::Client::builder()
        .no_proxy()
        .redirect(redirect::Policy::none())
        .pool_max_idle_per_host(0)
        .user_agent("mcp-v8")
        .build();
    client.map_err(|error| SourceError::Client(chain(&error)))
}

/// Where an issuer's metadata may be: after its path (OpenID Connect), and before it (RFC 8414 section 3.1).
fn metadata(issuer: &str) -> Result<Vec<Url>, SourceError> {
    let base = parsed(issuer)?;
    let path = base.path().trim_end_matches('/');
    let at = |path: String| {
        let mut url = base.clone();
        url.set_path(&path);
        url
    };
    Ok(vec![
        at(format!("{path}/.well-known/openid-configuration")),
        at(format!("/.well-known/oauth-authorization-server{path}")),
    ])
}

fn parsed(text: &str) -> Result<Url, SourceError> {
    text.parse().map_err(|_| SourceError::NotAUrl(text.to_owned()))
}

fn is_private(url: &Url) -> bool {
    let here = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    url.scheme() == "https" || (url.scheme() == "http" && here)
}

/// Bounded while reading, and never a pipe or a device.
async fn file(path: &Path, longest: usize) -> Result<Vec<u8>, SourceError> {
    let own = path.to_owned();
    let failed = |source| SourceError::File { path: path.to_owned(), source };
    let reading = tokio::task::spawn_blocking(move || -> std::io::Result<Option<Vec<u8>>> {
        if !std::fs::metadata(&own)?.is_file() {
            return Ok(None);
        }
        let mut bytes = Vec::new();
        std::fs::File::open(&own)?.take(longest as u64 + 1).read_to_end(&mut bytes)?;
        Ok(Some(bytes))
    });
    let read = reading.await.map_err(|error| failed(std::io::Error::other(error)))?;
    match read.map_err(failed)? {
        None => Err(SourceError::NotAFile(path.to_owned())),
        Some(bytes) if bytes.len() > longest => {
            Err(SourceError::TooLong(path.display().to_string(), longest))
        }
        Some(bytes) => Ok(bytes),
    }
}

/// An error with its causes; reqwest's own text says little.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}
