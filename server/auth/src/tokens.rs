//! Tokens of known callers, by digest. The comparison takes the same time whatever matches.

use mcp_v8_sandbox::Principal;
use mcp_v8_settings::StaticToken;
use sha2::{Digest, Sha256};
use subtle::{Choice, ConstantTimeEq};

/// Shortest token: a shorter one could be guessed from its digest.
const LEAST: usize = 32;

/// The listed tokens.
pub struct Tokens(Vec<StaticToken>);

impl Tokens {
    pub fn new(tokens: &[StaticToken]) -> Self {
        Self(tokens.to_vec())
    }

    /// Whose token it is. All are looked at, whichever it is.
    pub fn find(&self, token: &str) -> Option<Principal> {
        let digest = Sha256::digest(token.as_bytes());
        let mut found = None;
        for known in &self.0 {
            let same: Choice = known.sha256.ct_eq(digest.as_slice());
            if bool::from(same) {
                found = Some(known);
            }
        }
        let found = found.filter(|_| token.len() >= LEAST)?;
        Some(Principal::new(&found.tenant, &found.name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(name: &str, token: &str) -> StaticToken {
        let sha256 = Sha256::digest(token.as_bytes()).into();
        StaticToken { name: name.to_owned(), tenant: "acme".to_owned(), sha256 }
    }

    #[test]
    fn a_listed_token_names_its_caller_and_a_short_one_nobody() {
        let long = "0123456789abcdef0123456789abcdef";
        let tokens = Tokens::new(&[known("ada", long), known("bob", "short")]);
        assert_eq!(tokens.find(long), Some(Principal::new("acme", "ada")));
        assert_eq!(tokens.find("short"), None);
        assert_eq!(tokens.find(&long[1..]), None);
        assert_eq!(tokens.find(&format!("{long}0")), None);
    }
}
