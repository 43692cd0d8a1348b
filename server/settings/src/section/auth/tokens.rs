//! `[[auth.tokens]]`: bearer tokens of known callers, by digest. Not the tokens themselves.

use crate::key::Key;
use crate::problem::Problem;
use crate::resolver::Resolver;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[derive(Default, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct TokenTable {
    /// Who has the token: the caller's name in policies and logs.
    name: String,
    /// SHA-256 of the token, 64 hexadecimal digits.
    sha256: String,
    /// Tenant of the caller. Left out: the name.
    #[serde(skip_serializing_if = "Option::is_none")]
    tenant: Option<String>,
}

impl TokenTable {
    pub(super) fn example() -> Self {
        Self { name: "ada".to_owned(), sha256: "0123456789abcdef".repeat(4), tenant: None }
    }
}

/// A token of a known caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaticToken {
    pub name: String,
    pub tenant: String,
    pub sha256: [u8; 32],
}

pub(super) fn resolve(
    tables: Vec<TokenTable>,
    key: &Key,
    resolver: &mut Resolver<'_>,
) -> Vec<StaticToken> {
    let mut good: Vec<StaticToken> = Vec::new();
    for (at, table) in tables.into_iter().enumerate() {
        let key = key.item(at);
        let tenant = table.tenant.unwrap_or_else(|| table.name.clone());
        for (part, text) in [("name", &table.name), ("tenant", &tenant)] {
            if !is_name(text) {
                resolver.refuse_any(&[key.child(part), key.clone()], Problem::TokenName);
            }
        }
        let Some(sha256) = digest(&table.sha256) else {
            resolver.refuse_any(&[key.child("sha256"), key.clone()], Problem::NotADigest);
            continue;
        };
        let same = |known: &StaticToken| known.name == table.name || known.sha256 == sha256;
        if good.iter().any(same) {
            resolver.refuse(key, Problem::Repeated);
        }
        good.push(StaticToken { name: table.name, tenant, sha256 });
    }
    good
}

fn is_name(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._@-".contains(&byte);
    (1..=64).contains(&text.len()) && text.bytes().all(plain)
}

fn digest(text: &str) -> Option<[u8; 32]> {
    let text = text.as_bytes();
    let mut bytes = [0; 32];
    if text.len() != 64 {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(text.chunks_exact(2)) {
        let digit = |at: usize| char::from(pair[at]).to_digit(16);
        *byte = u8::try_from(digit(0)? << 4 | digit(1)?).ok()?;
    }
    Some(bytes)
}
