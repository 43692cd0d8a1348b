//! Metadata of the protected resource (RFC 9728): where clients get tokens for this server. Not the route.

use mcp_v8_settings::Jwt;
use serde_json::json;
use url::Url;

/// Where the metadata is, before the path of the resource (RFC 9728 section 3.1).
const WELL_KNOWN: &str = "/.well-known/oauth-protected-resource";

/// The document, and the URL under which clients find it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceMetadata {
    document: String,
    url: String,
    scopes: Vec<String>,
}

impl ResourceMetadata {
    pub(crate) fn new(jwt: &Jwt) -> Result<Self, url::ParseError> {
        let mut url: Url = jwt.resource.parse()?;
        let path = format!("{WELL_KNOWN}{}", url.path().trim_end_matches('/'));
        url.set_path(&path);
        let mut document = json!({
            "resource": jwt.resource,
            "authorization_servers": [jwt.issuer],
            "bearer_methods_supported": ["header"],
            "resource_name": "mcp-v8",
        });
        if !jwt.required_scopes.is_empty() {
            document["scopes_supported"] = json!(jwt.required_scopes);
        }
        let scopes = jwt.required_scopes.clone();
        Ok(Self { document: document.to_string(), url: url.into(), scopes })
    }

    /// JSON.
    pub fn document(&self) -> &str {
        &self.document
    }

    /// Under the public name of the server.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Scopes that every token needs.
    pub fn scopes(&self) -> &[String] {
        &self.scopes
    }
}
