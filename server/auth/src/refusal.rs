//! Why a request has no principal, in words for the client, and the challenge that goes with it (RFC 6750 section 3).

use crate::metadata::ResourceMetadata;
use std::time::Duration;

/// No principal. No variant repeats anything of the token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("a bearer token is needed: send the header Authorization: Bearer <token>")]
    Missing,
    #[error("the header Authorization must be there once, as: Bearer <token>")]
    Malformed,
    #[error("the token is longer than {0} bytes (auth.max_token_bytes)")]
    TooLong(usize),
    #[error("the token is not one of this server's: {0}")]
    Invalid(&'static str),
    #[error("the token has expired")]
    Expired,
    #[error("the token lacks a scope; needed: {0}")]
    Scope(String),
    #[error("the keys of the issuer could not be read for too long; try again later")]
    NoKeys,
}

impl Refusal {
    /// When it makes sense to try again with the same token.
    pub fn retry_after(&self) -> Option<Duration> {
        matches!(self, Refusal::NoKeys).then_some(Duration::from_secs(30))
    }

    /// The value of WWW-Authenticate.
    pub fn challenge(&self, metadata: Option<&ResourceMetadata>) -> String {
        let error = match self {
            Refusal::Missing | Refusal::NoKeys => None,
            Refusal::Malformed => Some("invalid_request"),
            Refusal::TooLong(_) | Refusal::Invalid(_) | Refusal::Expired => Some("invalid_token"),
            Refusal::Scope(_) => Some("insufficient_scope"),
        };
        let mut parameters = Vec::new();
        if let Some(error) = error {
            parameters.push(format!("error=\"{error}\""));
            // Its words are ours, and have no character that would have to be quoted.
            parameters.push(format!("error_description=\"{self}\""));
        }
        if let Some(metadata) = metadata {
            if !metadata.scopes().is_empty() {
                parameters.push(format!("scope=\"{}\"", metadata.scopes().join(" ")));
            }
            parameters.push(format!("resource_metadata=\"{}\"", metadata.url()));
        }
        match parameters.is_empty() {
            true => "Bearer".to_owned(),
            false => format!("Bearer {}", parameters.join(", ")),
        }
    }
}
