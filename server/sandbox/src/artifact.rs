//! A file or image that a run hands out, by `artifact(key, mime, bytes)`. Not console output, and not a file of the host.

use serde::{Deserialize, Serialize};

/// Longest key, bytes of UTF-8.
pub const KEY_BYTES_MAX: usize = 256;

/// Longest media type, bytes.
pub const MIME_BYTES_MAX: usize = 128;

/// Bytes under a name. Of two with the same key in one run the later one counts.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Artifact {
    key: String,
    mime: String,
    bytes: Vec<u8>,
}

impl Artifact {
    /// # Errors
    /// [`InvalidArtifact`], saying which part is wrong.
    pub fn new(key: String, mime: String, bytes: Vec<u8>) -> Result<Self, InvalidArtifact> {
        let made = Self { key, mime, bytes };
        made.check().map(|()| made)
    }

    /// What [`Artifact::new`] checks, for one that came over the wire.
    ///
    /// # Errors
    /// [`InvalidArtifact`], saying which part is wrong.
    pub fn check(&self) -> Result<(), InvalidArtifact> {
        let length = 1..=KEY_BYTES_MAX;
        if !length.contains(&self.key.len()) || self.key.chars().any(char::is_control) {
            return Err(InvalidArtifact::Key);
        }
        if self.mime.len() > MIME_BYTES_MAX || !is_media_type(&self.mime) {
            return Err(InvalidArtifact::Mime);
        }
        Ok(())
    }

    /// Its name in the run.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Its media type, for example `image/png`.
    pub fn mime(&self) -> &str {
        &self.mime
    }

    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

impl std::fmt::Debug for Artifact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Artifact({:?}, {:?}, {} bytes)", self.key, self.mime, self.bytes.len())
    }
}

/// `type/subtype` of tokens (RFC 9110 section 5.6.2), and parameters of visible ASCII: good for a header as it is.
fn is_media_type(text: &str) -> bool {
    let token = |part: &str| {
        let allowed = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
        !part.is_empty() && part.chars().all(allowed)
    };
    let (essence, parameters) = text.split_once(';').unwrap_or((text, ""));
    let visible = parameters.chars().all(|c| c == ' ' || c.is_ascii_graphic());
    visible
        && essence.trim_end().split_once('/').is_some_and(|(kind, sub)| token(kind) && token(sub))
}

/// The key or the media type of an artifact cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidArtifact {
    #[error("the key of an artifact is 1 to 256 bytes of text without control characters")]
    Key,
    #[error("the media type of an artifact looks like \"image/png\" and is at most 128 characters")]
    Mime,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(key: &str, mime: &str) -> Result<Artifact, InvalidArtifact> {
        Artifact::new(key.to_owned(), mime.to_owned(), vec![1])
    }

    #[test]
    fn names_and_media_types_as_people_write_them_are_taken() {
        for (key, mime) in [
            ("chart.png", "image/png"),
            ("reports/ä b.csv", "text/csv; charset=utf-8"),
            ("..", "application/vnd.api+json"),
            (&"k".repeat(256), "a/b;q=\"1\""),
        ] {
            assert!(made(key, mime).is_ok(), "{key} {mime}");
        }
    }

    #[test]
    fn what_would_break_a_header_or_a_list_is_refused() {
        for key in ["", "a\nb", "a\0", &"k".repeat(257)] {
            assert_eq!(made(key, "a/b"), Err(InvalidArtifact::Key), "{key:?}");
        }
        for mime in [
            "",
            "png",
            "a/",
            "/b",
            "a/b\r\nx: y",
            "a b/c",
            "a/b;ä",
            &format!("a/{}", "b".repeat(127)),
        ] {
            assert_eq!(made("k", mime), Err(InvalidArtifact::Mime), "{mime:?}");
        }
    }
}
