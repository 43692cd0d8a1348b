//! `[auth]`: who callers are, and how they prove it. Not the proof: the auth crate reads keys and judges tokens.

pub(crate) mod tokens;

use crate::key::Key;
use crate::measure::{Measure, Unit};
use crate::problem::Problem;
use crate::resolver::Resolver;
use crate::section::policies::checked;
use crate::section::url::is_private_url;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::time::Duration;
use tokens::TokenTable;

pub use tokens::StaticToken;

#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct AuthTable {
    /// Issuer of the tokens, exactly as in their claim iss. Its keys come from jwks_url or jwks_file; without either,
    /// from its metadata (OpenID Connect Discovery, or RFC 8414). Left out: only the tokens listed here get in.
    #[schemars(example = "https://id.example.org/realms/main")]
    issuer: Option<String>,
    /// The URL under which clients reach MCP: what tokens are asked for (RFC 8707), and what the metadata of this server
    /// says (RFC 9728). Needed with issuer.
    #[schemars(example = "https://mcp.example.org/mcp")]
    resource: Option<String>,
    /// Values of the claim aud of which a token must have one. Empty: resource alone, which MCP demands; others are for
    /// issuers that cannot put it there.
    audience: Vec<String>,
    /// Keys of the issuer as a JWK set (RFC 7517): https, or http on this machine. No redirect is followed.
    #[schemars(example = "https://id.example.org/realms/main/keys")]
    jwks_url: Option<String>,
    /// The same as a file, read again when a token names a key that is not in it.
    #[schemars(example = "/etc/mcp-v8/jwks.json")]
    jwks_file: Option<PathBuf>,
    /// Signature algorithms that are accepted. A key is used with those that fit its type, and with none but its own
    /// where it names one; what a token names is never enough. All that work with public keys.
    algorithms: Vec<Algorithm>,
    /// Claim whose text names the tenant, for callers who share what they store. Left out: sub, so that every caller
    /// is alone.
    #[schemars(example = &"org_id")]
    tenant_claim: Option<String>,
    /// Scopes that every token must have, in its claim scope or scp. None: any token of the issuer for this resource.
    required_scopes: Vec<String>,
    /// Bearer tokens for a few known callers, without an issuer: name, sha256 (the digest of the token, 64 hexadecimal
    /// digits), and tenant (left out: the name). A token has at least 32 characters and comes from a random generator;
    /// it is not stored here.
    #[schemars(example = [TokenTable::example()])]
    tokens: Vec<TokenTable>,
    /// Difference that clocks may have when times of a token are judged, seconds. 30: machines without a time service.
    leeway_secs: u64,
    /// Longest token, bytes. 8192: above what issuers make.
    max_token_bytes: usize,
    /// Time to get the keys, discovery included, seconds. 5: the server does not start without them.
    jwks_timeout_secs: u64,
    /// Longest JWK set, and longest metadata, bytes. 256 KiB: hundreds of keys.
    jwks_max_bytes: usize,
    /// Time after which the keys are read again, seconds. 300: a key that was withdrawn is refused five minutes later.
    jwks_refresh_secs: u64,
    /// Least time between two reads, seconds, whatever keys tokens name. 30: an unknown key of a made-up token costs the
    /// issuer two requests a minute at most.
    jwks_min_refresh_secs: u64,
    /// Time for which the last good keys are used while no others can be read, seconds. 86400: a day without the
    /// issuer.
    jwks_max_stale_secs: u64,
}

/// A signature algorithm (RFC 7518 section 3.1, RFC 8037), with a public key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize, JsonSchema)]
#[allow(clippy::upper_case_acronyms)]
pub enum Algorithm {
    ES256,
    ES384,
    EdDSA,
    PS256,
    PS384,
    PS512,
    RS256,
    RS384,
    RS512,
}

impl Algorithm {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::ES256,
        Self::ES384,
        Self::EdDSA,
        Self::PS256,
        Self::PS384,
        Self::PS512,
        Self::RS256,
        Self::RS384,
        Self::RS512,
    ];
}

impl Default for AuthTable {
    fn default() -> Self {
        Self {
            issuer: None,
            resource: None,
            audience: Vec::new(),
            jwks_url: None,
            jwks_file: None,
            algorithms: Algorithm::ALL.to_vec(),
            tenant_claim: None,
            required_scopes: Vec::new(),
            tokens: Vec::new(),
            leeway_secs: 30,
            max_token_bytes: 8192,
            jwks_timeout_secs: 5,
            jwks_max_bytes: 256 << 10,
            jwks_refresh_secs: 300,
            jwks_min_refresh_secs: 30,
            jwks_max_stale_secs: 86_400,
        }
    }
}

/// Who gets in. At least one of the two ways is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Auth {
    pub jwt: Option<Jwt>,
    pub tokens: Vec<StaticToken>,
    pub max_token_bytes: usize,
}

/// Tokens of an issuer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Jwt {
    pub issuer: String,
    /// The canonical URL of the MCP endpoint.
    pub resource: String,
    /// At least one.
    pub audience: Vec<String>,
    pub keys: KeySource,
    /// At least one, each once.
    pub algorithms: Vec<Algorithm>,
    /// `None`: sub.
    pub tenant_claim: Option<String>,
    pub required_scopes: Vec<String>,
    pub leeway: Duration,
    pub timeout: Duration,
    pub max_bytes: usize,
    pub refresh: Duration,
    /// At most `refresh`.
    pub min_refresh: Duration,
    /// At least `refresh`.
    pub max_stale: Duration,
}

/// Where the keys of the issuer are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeySource {
    Url(String),
    /// An absolute path.
    File(PathBuf),
    /// In the metadata of the issuer.
    Discovery,
}

impl AuthTable {
    pub(crate) fn resolve(self, resolver: &mut Resolver<'_>) -> Auth {
        let has_keys = self.jwks_url.is_some() || self.jwks_file.is_some();
        if self.issuer.is_none() && !has_keys && self.tokens.is_empty() {
            resolver.refuse("auth", Problem::NobodyGetsIn);
        }
        let max_token_bytes = self.max_token_bytes;
        let key = Key::from("auth");
        let mut table = self;
        let written = std::mem::take(&mut table.tokens);
        let tokens = tokens::resolve(written, &key.child("tokens"), resolver);
        let jwt = (table.issuer.is_some() || has_keys).then(|| table.jwt(&key, resolver));
        Auth { jwt, tokens, max_token_bytes }
    }

    fn jwt(self, key: &Key, resolver: &mut Resolver<'_>) -> Jwt {
        self.refuse_contradictions(key, resolver);
        let (issuer, resource) =
            (self.issuer.unwrap_or_default(), self.resource.unwrap_or_default());
        let keys = match (self.jwks_url, self.jwks_file) {
            (Some(url), _) => KeySource::Url(url),
            (None, Some(file)) => {
                KeySource::File(checked(&file, &key.child("jwks_file"), resolver))
            }
            (None, None) => KeySource::Discovery,
        };
        let audience =
            if self.audience.is_empty() { vec![resource.clone()] } else { self.audience };
        Jwt {
            issuer,
            resource,
            audience,
            keys,
            algorithms: self.algorithms,
            tenant_claim: self.tenant_claim,
            required_scopes: self.required_scopes,
            leeway: Duration::from_secs(self.leeway_secs),
            timeout: Duration::from_secs(self.jwks_timeout_secs),
            max_bytes: self.jwks_max_bytes,
            refresh: Duration::from_secs(self.jwks_refresh_secs),
            min_refresh: Duration::from_secs(self.jwks_min_refresh_secs),
            max_stale: Duration::from_secs(self.jwks_max_stale_secs),
        }
    }

    fn refuse_contradictions(&self, key: &Key, resolver: &mut Resolver<'_>) {
        let source = if self.jwks_url.is_some() { "auth.jwks_url" } else { "auth.jwks_file" };
        let identifiers = [
            ("issuer", "auth.issuer", &self.issuer, source),
            ("resource", "auth.resource", &self.resource, "auth.issuer"),
        ];
        for (name, whole, url, user) in identifiers {
            match url {
                None => resolver.refuse(user, Problem::NeedsToo(whole)),
                Some(url) if !is_private_url(url) || url.contains('?') => {
                    resolver.refuse(key.child(name), Problem::NotAnIdentifier);
                }
                Some(_) => {}
            }
        }
        if self.jwks_url.is_some() && self.jwks_file.is_some() {
            resolver.refuse(key.child("jwks_file"), Problem::TwoKeySources);
        }
        if self.jwks_url.as_deref().is_some_and(|url| !is_private_url(url)) {
            resolver.refuse(key.child("jwks_url"), Problem::NotATokenUrl);
        }
        if self.algorithms.is_empty() {
            resolver.refuse(key.child("algorithms"), Problem::Empty);
        }
        for (at, algorithm) in self.algorithms.iter().enumerate() {
            if self.algorithms[..at].contains(algorithm) {
                resolver.refuse(key.child("algorithms").item(at), Problem::Repeated);
            }
        }
        let claim = self.tenant_claim.as_slice();
        let texts = [
            ("audience", self.audience.as_slice()),
            ("required_scopes", self.required_scopes.as_slice()),
            ("tenant_claim", claim),
        ];
        for (name, list) in texts {
            if list.iter().any(|text| !is_word(text)) {
                resolver.refuse(key.child(name), Problem::NotFieldText);
            }
        }
        let seconds = |name, number| Measure::new(name, number, Unit::Seconds);
        let least = seconds(&["auth.jwks_min_refresh_secs"], self.jwks_min_refresh_secs);
        let usual = seconds(&["auth.jwks_refresh_secs"], self.jwks_refresh_secs);
        let most = seconds(&["auth.jwks_max_stale_secs"], self.jwks_max_stale_secs);
        resolver.at_most(least, usual);
        resolver.at_most(usual, most);
    }
}

/// Visible ASCII without what would end it in a header (RFC 6749 appendix A.4).
fn is_word(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\')
}
