//! The document that a rule judges: a request and its context, as JSON. Not the request that is carried out.

use crate::context::Context;
use crate::request::Request;
use serde::Serialize;
use sha2::{Digest, Sha256};

/// A policy input: bounded JSON, and its digest.
#[derive(Clone, Debug)]
pub struct Input {
    json: String,
    digest: String,
}

/// There is no input to judge, so the answer is no.
#[derive(Debug, thiserror::Error)]
pub enum InputError {
    #[error("the request is {bytes} bytes as policy input, above the limit of {limit}")]
    TooLarge { bytes: usize, limit: usize },
    #[error("the request cannot be written as policy input: {0}")]
    NotJson(#[from] serde_json::Error),
}

#[derive(Serialize)]
struct Document<'d, T> {
    #[serde(flatten)]
    request: &'d T,
    #[serde(flatten)]
    context: &'d Context,
}

impl Input {
    /// The input of a request, as [`Gate::check`](crate::Gate::check) makes it.
    ///
    /// # Errors
    /// [`InputError`] above `limit` bytes of JSON.
    pub fn of<T: Request>(
        context: &Context,
        request: &T,
        limit: usize,
    ) -> Result<Self, InputError> {
        Self::bounded(serde_json::to_string(&Document { request, context })?, limit)
    }

    /// An input as someone wrote it, for `policy eval` and `policy explain`.
    ///
    /// # Errors
    /// [`InputError`] for text that is no JSON object or is longer than `limit` bytes.
    pub fn from_json(text: &str, limit: usize) -> Result<Self, InputError> {
        let object: serde_json::Map<String, serde_json::Value> = serde_json::from_str(text)?;
        Self::bounded(serde_json::to_string(&object)?, limit)
    }

    fn bounded(json: String, limit: usize) -> Result<Self, InputError> {
        if json.len() > limit {
            return Err(InputError::TooLarge { bytes: json.len(), limit });
        }
        let digest = data_encoding::HEXLOWER.encode(&Sha256::digest(&json)[..16]);
        Ok(Self { json, digest })
    }

    pub fn json(&self) -> &str {
        &self.json
    }

    /// The first 16 bytes of SHA-256 over the JSON, hexadecimal: the same input, the same digest.
    pub fn digest(&self) -> &str {
        &self.digest
    }
}
