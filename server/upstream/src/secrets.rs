//! Where secrets of the configuration are read: a seam, because the rules about such files are those of `host`.

use std::path::Path;
use zeroize::Zeroizing;

/// Why a secret cannot be used. Never says what a file holds.
pub type SecretError = Box<dyn std::error::Error + Send + Sync>;

/// Reads secrets.
pub trait Secrets: Send + Sync + 'static {
    /// The one line of a private file. It blocks.
    ///
    /// # Errors
    /// [`SecretError`].
    fn read(&self, path: &Path) -> Result<Zeroizing<String>, SecretError>;
}
