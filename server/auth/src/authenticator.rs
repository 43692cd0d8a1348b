//! Who a request is from: one question about its headers.

use crate::bearer;
use crate::cache::{Cache, KeysError};
use crate::claims;
use crate::keys::KeySet;
use crate::metadata::ResourceMetadata;
use crate::refusal::Refusal;
use crate::source::Source;
use crate::token::Token;
use crate::tokens::Tokens;
use http::HeaderMap;
use mcp_v8_sandbox::Principal;
use mcp_v8_settings::{Auth, Jwt, KeySource};
use std::sync::Arc;
use std::time::SystemTime;

/// A verified caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    pub principal: Principal,
    /// When the proof ends; `None`: never.
    pub expires: Option<SystemTime>,
}

/// Why there is no authenticator.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("the keys of the issuer {issuer} (auth.issuer) cannot be had")]
    Keys {
        issuer: String,
        #[source]
        source: KeysError,
    },
    #[error("auth.resource is not a URL")]
    Resource(#[source] url::ParseError),
}

/// Tells callers apart. Cheap to clone.
#[derive(Clone)]
pub struct Authenticator(Arc<Inner>);

struct Inner {
    tokens: Tokens,
    issuer: Option<Issuer>,
    longest: usize,
}

struct Issuer {
    jwt: Jwt,
    keys: Arc<Cache>,
    metadata: ResourceMetadata,
}

impl Authenticator {
    /// Reads the keys of the issuer, where there is one. Must be called inside a tokio runtime.
    ///
    /// # Errors
    /// [`StartError`]
    pub async fn start(auth: &Auth) -> Result<Self, StartError> {
        let issuer = match &auth.jwt {
            Some(jwt) => Some(Issuer::start(jwt).await?),
            None => None,
        };
        let tokens = Tokens::new(&auth.tokens);
        Ok(Self(Arc::new(Inner { tokens, issuer, longest: auth.max_token_bytes })))
    }

    /// Looks at what can be looked at without asking anybody: the keys of `auth.jwks_file`.
    ///
    /// # Errors
    /// [`StartError`]
    pub async fn check(auth: &Auth) -> Result<(), StartError> {
        let Some(jwt) = &auth.jwt else { return Ok(()) };
        if matches!(jwt.keys, KeySource::File(_)) {
            let read = async {
                let text = Source::new(jwt)?.read().await?;
                Ok(KeySet::parse(&text, jwt)?)
            };
            read.await.map_err(|source| failed(jwt, source))?;
        }
        Ok(())
    }

    /// The caller of a request.
    ///
    /// # Errors
    /// [`Refusal`]
    pub async fn authenticate(&self, headers: &HeaderMap) -> Result<Identity, Refusal> {
        let text = bearer::token(headers, self.0.longest)?;
        if let Some(principal) = self.0.tokens.find(text) {
            return Ok(Identity { principal, expires: None });
        }
        match &self.0.issuer {
            Some(issuer) => issuer.identify(text).await,
            None => Err(Refusal::Invalid("it is not listed (auth.tokens)")),
        }
    }

    /// Where clients get tokens; `None` where there is no issuer.
    pub fn metadata(&self) -> Option<&ResourceMetadata> {
        self.0.issuer.as_ref().map(|issuer| &issuer.metadata)
    }
}

impl Issuer {
    async fn start(jwt: &Jwt) -> Result<Self, StartError> {
        let metadata = ResourceMetadata::new(jwt).map_err(StartError::Resource)?;
        let keys = Cache::start(jwt).await.map_err(|source| failed(jwt, source))?;
        Ok(Self { jwt: jwt.clone(), keys, metadata })
    }

    async fn identify(&self, text: &str) -> Result<Identity, Refusal> {
        let token = Token::parse(text)?;
        let unknown = |_| Refusal::Invalid("its algorithm is not one of its key (alg)");
        let algorithm = token.algorithm.parse().map_err(unknown)?;
        let key = self.keys.find(token.key_id.as_deref(), algorithm).await?;
        key.verify(text)?;
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        claims::judge(&self.jwt, token.claims, now.unwrap_or_default().as_secs())
    }
}

fn failed(jwt: &Jwt, source: KeysError) -> StartError {
    StartError::Keys { issuer: jwt.issuer.clone(), source }
}
