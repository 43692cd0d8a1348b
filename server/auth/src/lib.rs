//! From a bearer token to a principal: tokens of an issuer (JWT, RFC 7519 and 8725) against its keys (JWK sets, RFC
//! 7517), and tokens of known callers by digest.
//!
//! It decides who a caller is and never what a caller may do, and it knows no route: `http` asks it about headers.
#![forbid(unsafe_code)]

mod authenticator;
mod bearer;
mod cache;
mod claims;
mod key;
mod keys;
mod metadata;
mod refusal;
mod source;
mod tenant;
mod token;
mod tokens;
mod unique;

pub use authenticator::{Authenticator, Identity, StartError};
pub use cache::KeysError;
pub use keys::SetError;
pub use metadata::ResourceMetadata;
pub use refusal::Refusal;
pub use source::SourceError;
