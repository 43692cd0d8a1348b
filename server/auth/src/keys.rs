//! The keys of an issuer: a JWK set (RFC 7517 section 5), as far as it can be used. Not where it comes from.

use crate::key::{Key, Unusable};
use crate::unique;
use jsonwebtoken::Algorithm;
use mcp_v8_settings::Jwt;
use serde_json::Value as Json;
use std::sync::Arc;

/// Most keys of a set.
const KEYS_MAX: usize = 256;

/// Usable keys; at least one.
#[derive(Debug)]
pub struct KeySet(Vec<Arc<Key>>);

/// Why a text is no set of keys.
#[derive(Debug, thiserror::Error)]
pub enum SetError {
    #[error("it is not JSON: {0}")]
    NotJson(#[from] serde_json::Error),
    #[error("it has no list `keys` of objects")]
    NoList,
    #[error("it has more than {KEYS_MAX} keys")]
    TooMany,
    #[error("it has no usable key{}", said(.0))]
    NoUsableKey(Vec<Unusable>),
}

/// What a set has for a token.
pub enum Found {
    Key(Arc<Key>),
    /// A newer set may have it.
    UnknownId,
    /// There are keys, and none that this token may be signed with.
    NotThisAlgorithm,
    /// The token does not say which of several keys.
    Ambiguous,
}

impl KeySet {
    /// Reads a set. What cannot be used of it is left out and said in the log.
    ///
    /// # Errors
    /// [`SetError`] when nothing is left.
    pub fn parse(text: &[u8], jwt: &Jwt) -> Result<Self, SetError> {
        let set = unique::object(text)?;
        let list = set.get("keys").and_then(Json::as_array).ok_or(SetError::NoList)?;
        if list.len() > KEYS_MAX {
            return Err(SetError::TooMany);
        }
        let (mut keys, mut unusable) = (Vec::new(), Vec::new());
        for jwk in list {
            match Key::new(jwk.as_object().ok_or(SetError::NoList)?, jwt) {
                Ok(key) => keys.push(key),
                Err(why) => unusable.push(why),
            }
        }
        let ids: Vec<Option<String>> = keys.iter().map(|key| key.id().map(str::to_owned)).collect();
        // An id that two keys have names neither.
        keys.retain(|key| {
            let same = ids.iter().flatten().filter(|id| key.id() == Some(id)).count();
            if same > 1 {
                unusable.push(Unusable::SameId);
            }
            same <= 1
        });
        for why in &unusable {
            tracing::debug!(%why, "a key of the issuer is not used");
        }
        match keys.is_empty() {
            true => Err(SetError::NoUsableKey(unusable)),
            false => Ok(Self(keys.into_iter().map(Arc::new).collect())),
        }
    }

    /// The key that a token says it is signed with.
    pub fn find(&self, id: Option<&str>, algorithm: Algorithm) -> Found {
        if let Some(id) = id {
            return match self.0.iter().find(|key| key.id() == Some(id)) {
                None => Found::UnknownId,
                Some(key) if key.takes(algorithm) => Found::Key(key.clone()),
                Some(_) => Found::NotThisAlgorithm,
            };
        }
        let mut fitting = self.0.iter().filter(|key| key.takes(algorithm));
        match (fitting.next(), fitting.next()) {
            (None, _) => Found::NotThisAlgorithm,
            (Some(key), None) => Found::Key(key.clone()),
            (Some(_), Some(_)) => Found::Ambiguous,
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }
}

fn said(unusable: &[Unusable]) -> String {
    let mut reasons: Vec<String> = unusable.iter().map(ToString::to_string).collect();
    reasons.sort();
    reasons.dedup();
    if reasons.is_empty() { String::new() } else { format!(": {}", reasons.join("; ")) }
}

#[cfg(test)]
mod tests;
