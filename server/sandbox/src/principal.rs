//! Who a request is from. Not how that was proven: tokens belong to `auth`.

use serde_json::{Map, Value as Json};
use std::fmt;
use std::sync::Arc;

/// The verified caller. Everything stored, listed or leased is found under `tenant`. Cheap to clone.
#[derive(Clone, PartialEq, Eq)]
pub struct Principal(Arc<Parts>);

#[derive(Clone, PartialEq, Eq)]
struct Parts {
    tenant: String,
    subject: String,
    issuer: Option<String>,
    claims: Map<String, Json>,
}

impl Principal {
    /// The one person on this machine, when authentication is off, and on standard input and output.
    pub fn local() -> Self {
        Self::new("local", "local")
    }

    /// What a request is from that nothing has put a name on: a defect of the wiring. No caller has this tenant, so it
    /// owns nothing.
    pub fn nobody() -> Self {
        Self::new("?", "?")
    }

    /// `tenant` separates what is stored; `subject` names the caller inside it.
    pub fn new(tenant: impl Into<String>, subject: impl Into<String>) -> Self {
        Self(Arc::new(Parts {
            tenant: tenant.into(),
            subject: subject.into(),
            issuer: None,
            claims: Map::new(),
        }))
    }

    /// The same with the issuer and the claims of its verified token.
    pub fn with_claims(self, issuer: impl Into<String>, claims: Map<String, Json>) -> Self {
        let parts = Arc::unwrap_or_clone(self.0);
        Self(Arc::new(Parts { issuer: Some(issuer.into()), claims, ..parts }))
    }

    pub fn tenant(&self) -> &str {
        &self.0.tenant
    }

    pub fn subject(&self) -> &str {
        &self.0.subject
    }

    /// Who vouches for it; `None` where no issuer does.
    pub fn issuer(&self) -> Option<&str> {
        self.0.issuer.as_deref()
    }

    /// Claims of the verified token, as the issuer wrote them; empty where there is no issuer.
    pub fn claims(&self) -> &Map<String, Json> {
        &self.0.claims
    }

    /// The same caller, whatever else a newer token of it says.
    pub fn is_same_caller(&self, other: &Self) -> bool {
        let (own, other) = (&self.0, &other.0);
        own.tenant == other.tenant && own.subject == other.subject && own.issuer == other.issuer
    }
}

/// Without the claims: they are personal, and a log is read by many.
impl fmt::Debug for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Principal({} in {})", self.0.subject, self.0.tenant)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_newer_token_is_the_same_caller_and_what_it_says_is_not_in_logs() {
        let claims = |at: u64| Map::from_iter([("exp".to_owned(), Json::from(at))]);
        let ada = |at| Principal::new("acme", "ada").with_claims("https://id", claims(at));
        assert!(ada(1).is_same_caller(&ada(2)) && ada(1) != ada(2));
        let other = Principal::new("acme", "ada").with_claims("https://other", claims(1));
        assert!(!ada(1).is_same_caller(&other));
        assert!(!ada(1).is_same_caller(&Principal::new("acme", "bob")));
        assert_eq!(format!("{:?}", ada(1)), "Principal(ada in acme)");
    }
}
