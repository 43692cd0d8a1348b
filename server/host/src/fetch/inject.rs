//! Headers that the operator adds after the decision, with secrets that nobody else sees. Not who may have them: an
//! allowed request to exactly this origin gets them.

use super::client::FetchClientError;
use super::error::FetchError;
use super::oauth::{Credentials, TokenError};
use super::redact::Secrets;
use super::request::is_forbidden;
use crate::secret_file::{self, SecretFileError};
use http::header::{HeaderName, HeaderValue};
use mcp_v8_policy::{Allowed, FetchRequest};
use mcp_v8_settings::{self as settings, FetchHeader};
use std::path::PathBuf;
use url::{Origin, Url};
use zeroize::Zeroizing;

/// `[[fetch.headers]]`, ready for use.
pub(super) struct Rules(Vec<Rule>);

struct Rule {
    origin: Origin,
    /// Empty for all.
    methods: Vec<String>,
    name: HeaderName,
    prefix: String,
    source: Source,
}

enum Source {
    File(PathBuf),
    OAuth(Box<Credentials>),
}

/// Why a header has no value. Never says what a file or an answer holds.
#[derive(Debug, thiserror::Error)]
pub enum InjectError {
    #[error(transparent)]
    File(#[from] SecretFileError),
    #[error(transparent)]
    Token(#[from] TokenError),
    #[error("the value cannot be part of a header")]
    Value,
}

/// The operator's headers for one request; none by default.
#[derive(Default)]
pub struct Injected {
    fields: Vec<(HeaderName, HeaderValue)>,
    secrets: Secrets,
}

impl Injected {
    pub(super) fn fields(&self) -> &[(HeaderName, HeaderValue)] {
        &self.fields
    }

    pub(super) fn secrets(&self) -> impl Iterator<Item = Zeroizing<String>> {
        self.secrets.texts()
    }

    /// A text for people, without secrets.
    pub(super) fn redacted(&self, text: &str) -> String {
        String::from_utf8_lossy(&self.secrets.without(text.as_bytes())).into_owned()
    }
}

impl Rules {
    /// `token_client` reaches token endpoints.
    pub(super) fn new(
        headers: &[FetchHeader],
        token_client: &reqwest::Client,
    ) -> Result<Self, FetchClientError> {
        let rule = |(at, header): (usize, &FetchHeader)| {
            Rule::new(header, token_client)
                .ok_or_else(|| FetchClientError::Header { at, name: header.name.clone() })
        };
        headers.iter().enumerate().map(rule).collect::<Result<_, _>>().map(Self)
    }

    /// After the decision, and for what was decided.
    pub(super) async fn headers_for(
        &self,
        request: &Allowed<FetchRequest>,
    ) -> Result<Injected, FetchError> {
        let mut injected = Injected::default();
        for rule in self.matching(request.target.url(), &request.method) {
            let failed = |source| FetchError::Inject {
                name: rule.name.to_string(),
                origin: rule.origin.ascii_serialization(),
                source,
            };
            let secret = rule.source.secret().await.map_err(failed)?;
            let value = Zeroizing::new(format!("{}{}", rule.prefix, *secret));
            let mut value =
                HeaderValue::from_str(&value).map_err(|_| failed(InjectError::Value))?;
            value.set_sensitive(true);
            injected.fields.push((rule.name.clone(), value));
            injected.secrets.add([secret]).map_err(|_| failed(InjectError::Value))?;
        }
        Ok(injected)
    }

    /// The server does not take the credentials any more: tokens that are not quite new are asked for again.
    pub(super) async fn unauthorized(&self, url: &Url, method: &str) {
        for rule in self.matching(url, method) {
            if let Source::OAuth(credentials) = &rule.source {
                credentials.unauthorized().await;
            }
        }
    }

    fn matching(&self, url: &Url, method: &str) -> impl Iterator<Item = &Rule> {
        let origin = url.origin();
        self.0.iter().filter(move |rule| {
            rule.origin == origin
                && (rule.methods.is_empty() || rule.methods.iter().any(|allowed| allowed == method))
        })
    }
}

impl Rule {
    /// `None` where the settings promise what cannot be sent.
    fn new(header: &FetchHeader, token_client: &reqwest::Client) -> Option<Self> {
        let origin: Url = header.origin.parse().ok()?;
        let name = HeaderName::from_bytes(header.name.as_bytes()).ok()?;
        let source = match &header.value {
            settings::HeaderValue::File(path) => Source::File(path.clone()),
            settings::HeaderValue::OAuth(oauth) => {
                Source::OAuth(Box::new(Credentials::new(oauth.clone(), token_client.clone())))
            }
        };
        let good = origin.origin().is_tuple() && !is_forbidden(name.as_str());
        good.then(|| Self {
            origin: origin.origin(),
            methods: header.methods.clone(),
            name,
            prefix: header.prefix.clone(),
            source,
        })
    }
}

impl Source {
    async fn secret(&self) -> Result<Zeroizing<String>, InjectError> {
        match self {
            // Read every time: whoever rotates a secret writes a new file, and nothing is restarted.
            Self::File(path) => Ok(secret_file::read_in_background(path).await?),
            Self::OAuth(credentials) => Ok(credentials.token().await?),
        }
    }
}
