//! The operator's secrets for one connection: read for it, remembered with it, and taken out of whatever its server says
//! that could be shown. A server may repeat them by accident, in a result, an error or its log.

use crate::secrets::{SecretError, Secrets};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use zeroize::Zeroizing;

/// What stands in the place of a secret.
const INSTEAD: &str = "[redacted]";

pub(crate) struct Redactor {
    secrets: Arc<dyn Secrets>,
    known: Mutex<Vec<Zeroizing<String>>>,
}

impl Redactor {
    pub(crate) fn new(secrets: Arc<dyn Secrets>) -> Arc<Self> {
        Arc::new(Self { secrets, known: Mutex::default() })
    }

    /// Reads a secret, and knows it from here on. It blocks.
    pub(crate) fn read(&self, path: &Path) -> Result<Zeroizing<String>, SecretError> {
        let secret = self.secrets.read(path)?;
        let escaped = serde_json::Value::from(secret.as_str()).to_string();
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.push(secret.clone());
        // As it stands in JSON.
        known.push(Zeroizing::new(escaped[1..escaped.len() - 1].to_owned()));
        Ok(secret)
    }

    /// The text without secrets; `None` when there is none in it.
    pub(crate) fn without(&self, text: &str) -> Option<String> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let found = known.iter().filter(|secret| text.contains(secret.as_str()));
        let mut cleaned: Option<String> = None;
        for secret in found {
            let before = cleaned.as_deref().unwrap_or(text);
            cleaned = Some(before.replace(secret.as_str(), INSTEAD));
        }
        cleaned
    }

    pub(crate) fn clean(&self, text: String) -> String {
        self.without(&text).unwrap_or(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fixed;

    impl Secrets for Fixed {
        fn read(&self, path: &Path) -> Result<Zeroizing<String>, SecretError> {
            Ok(Zeroizing::new(format!("secret-\"{}\"", path.display())))
        }
    }

    #[test]
    fn a_secret_is_found_in_text_and_in_json() {
        let redactor = Redactor::new(Arc::new(Fixed));
        assert_eq!(redactor.without("secret-\"a\""), None, "not read yet");
        assert_eq!(redactor.read(Path::new("a")).unwrap().as_str(), "secret-\"a\"");
        assert_eq!(redactor.clean("x secret-\"a\" y".to_owned()), "x [redacted] y");
        let json = serde_json::json!({ "h": "Bearer secret-\"a\"" }).to_string();
        assert_eq!(redactor.clean(json), "{\"h\":\"Bearer [redacted]\"}");
        assert_eq!(redactor.without("secret-\"b\""), None);
    }
}
