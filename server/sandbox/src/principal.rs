//! Who a request is from. Not how that was proven: tokens belong to `auth`.

use serde::{Deserialize, Serialize};

/// The verified caller. Everything stored, listed or leased is found under `tenant`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Principal {
    tenant: String,
    subject: String,
}

impl Principal {
    /// The one person on this machine, when authentication is off.
    pub fn local() -> Self {
        Self::new("local", "local")
    }

    /// `tenant` separates what is stored; `subject` names the caller inside it.
    pub fn new(tenant: impl Into<String>, subject: impl Into<String>) -> Self {
        Self { tenant: tenant.into(), subject: subject.into() }
    }

    pub fn tenant(&self) -> &str {
        &self.tenant
    }

    pub fn subject(&self) -> &str {
        &self.subject
    }
}
