//! `[[fetch.headers]]`: headers the server adds to requests, with secrets from files. Not the secrets: those are read
//! where they are used.

use super::is_field_text;
use crate::key::Key;
use crate::problem::Problem;
use crate::resolver::Resolver;
use crate::section::http::is_origin;
use crate::section::policies::checked;
use crate::section::url::is_private_url;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

#[derive(Default, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct HeaderTable {
    /// Scheme, host and port, exactly; a default port may be left out.
    origin: String,
    /// Methods of requests that get the header. Left out: all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    methods: Vec<String>,
    /// The header, for example Authorization.
    name: String,
    /// What stands before the value, for example "Bearer ".
    #[serde(skip_serializing_if = "Option::is_none")]
    prefix: Option<String>,
    /// File with the value, one line.
    #[serde(skip_serializing_if = "Option::is_none")]
    value_file: Option<PathBuf>,
    /// A token of OAuth 2.0 client credentials (RFC 6749 section 4.4) as the value; without prefix, "Bearer " stands
    /// before it.
    #[serde(skip_serializing_if = "Option::is_none")]
    oauth: Option<OAuthTable>,
}

#[derive(Default, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct OAuthTable {
    /// The token endpoint: https, or http on this machine. It is reached wherever it is; no redirect is followed.
    token_url: String,
    /// The client.
    client_id: String,
    /// File with the client's secret, one line.
    client_secret_file: PathBuf,
    /// What is asked for; left out: the endpoint's default.
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
}

impl HeaderTable {
    pub(super) fn example() -> Self {
        Self {
            origin: "https://api.example.org".to_owned(),
            name: "Authorization".to_owned(),
            prefix: Some("Bearer ".to_owned()),
            value_file: Some("/run/credentials/mcp-v8.service/api_token".into()),
            ..Self::default()
        }
    }
}

/// A header that the server adds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FetchHeader {
    /// As `https://host:port`, in lower case; the port may be left out.
    pub origin: String,
    /// Empty for all.
    pub methods: Vec<String>,
    /// In lower case.
    pub name: String,
    /// Empty for none.
    pub prefix: String,
    pub value: HeaderValue,
}

/// Where the value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HeaderValue {
    File(PathBuf),
    OAuth(OAuth),
}

/// OAuth 2.0 client credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OAuth {
    pub token_url: String,
    pub client_id: String,
    pub client_secret_file: PathBuf,
    pub scope: Option<String>,
}

pub(super) fn resolve(
    tables: Vec<HeaderTable>,
    key: &Key,
    resolver: &mut Resolver<'_>,
) -> Vec<FetchHeader> {
    let mut good: Vec<FetchHeader> = Vec::new();
    for (at, table) in tables.into_iter().enumerate() {
        let Some(header) = table.resolve(&key.item(at), resolver) else { continue };
        if good.iter().any(|other| other.overlaps(&header)) {
            resolver.refuse(key.item(at), Problem::Repeated);
        }
        good.push(header);
    }
    good
}

impl FetchHeader {
    /// The file that its secret is in.
    pub(crate) fn secret_file(&self) -> &Path {
        match &self.value {
            HeaderValue::File(path) => path,
            HeaderValue::OAuth(oauth) => &oauth.client_secret_file,
        }
    }

    /// One request could get both.
    fn overlaps(&self, other: &Self) -> bool {
        let all = self.methods.is_empty() || other.methods.is_empty();
        let common = all || self.methods.iter().any(|method| other.methods.contains(method));
        self.origin == other.origin && self.name == other.name && common
    }
}

impl HeaderTable {
    /// `None`, and reported, when it has no one value.
    fn resolve(self, key: &Key, resolver: &mut Resolver<'_>) -> Option<FetchHeader> {
        self.check(key, resolver);
        let oauth = self.oauth.is_some();
        let value = match (self.value_file, self.oauth) {
            (Some(file), None) => {
                HeaderValue::File(checked(&file, &key.child("value_file"), resolver))
            }
            (None, Some(oauth)) => HeaderValue::OAuth(oauth.resolve(&key.child("oauth"), resolver)),
            _ => {
                resolver.refuse(key.clone(), Problem::NotOneValue);
                return None;
            }
        };
        let prefix = self.prefix.or(oauth.then(|| "Bearer ".to_owned()));
        Some(FetchHeader {
            origin: self.origin.to_ascii_lowercase(),
            methods: self.methods,
            name: self.name.to_ascii_lowercase(),
            prefix: prefix.unwrap_or_default(),
            value,
        })
    }

    fn check(&self, key: &Key, resolver: &mut Resolver<'_>) {
        if !is_http(&self.origin) || !is_origin(&self.origin) {
            resolver.refuse(key.child("origin"), Problem::NotAnHttpOrigin);
        }
        for (at, method) in self.methods.iter().enumerate() {
            if !is_token(method) || method.bytes().any(|byte| byte.is_ascii_lowercase()) {
                resolver.refuse(key.child("methods").item(at), Problem::NotAMethod);
            }
        }
        if !is_token(&self.name) {
            resolver.refuse(key.child("name"), Problem::NotAFieldName);
        }
        if self.prefix.as_deref().is_some_and(|prefix| !is_field_text(prefix.trim_end())) {
            resolver.refuse(key.child("prefix"), Problem::NotFieldText);
        }
    }
}

impl OAuthTable {
    fn resolve(self, key: &Key, resolver: &mut Resolver<'_>) -> OAuth {
        if !is_private_url(&self.token_url) {
            resolver.refuse(key.child("token_url"), Problem::NotATokenUrl);
        }
        if self.client_id.is_empty() {
            resolver.refuse(key.child("client_id"), Problem::Empty);
        }
        OAuth {
            token_url: self.token_url,
            client_id: self.client_id,
            client_secret_file: checked(
                &self.client_secret_file,
                &key.child("client_secret_file"),
                resolver,
            ),
            scope: self.scope,
        }
    }
}

fn is_http(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    text.starts_with("http://") || text.starts_with("https://")
}

/// RFC 9110 section 5.6.2.
fn is_token(text: &str) -> bool {
    let good = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(good)
}
