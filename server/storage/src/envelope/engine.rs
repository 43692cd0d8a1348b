//! Which engine made a heap, and whether the running one may read it. Not how an engine is told apart: the caller
//! hashes what matters (executable, base snapshot, flags).

use mcp_v8_sandbox::Code;

/// Longest V8 version text in an envelope, bytes; a longer one is cut, it is for people.
pub const V8_VERSION_BYTES_MAX: usize = 64;

/// An engine. Two are the same when their hashes are: only then can one read the other's heaps.
#[derive(Clone, Debug)]
pub struct Engine {
    pub hash: [u8; 32],
    /// For people, for example `15.0.245.2-rusty`.
    pub v8: String,
}

impl PartialEq for Engine {
    fn eq(&self, other: &Self) -> bool {
        self.hash == other.hash
    }
}

impl Eq for Engine {}

/// `V8 15.0.245.2 (5f3a90c2d4e1)`: the version and the first digits of the hash.
impl std::fmt::Display for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "V8 {:?} (", self.v8)?;
        self.hash.iter().take(6).try_for_each(|byte| write!(f, "{byte:02x}"))?;
        f.write_str(")")
    }
}

/// Whether the engine that stored a checkpoint is the running one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EngineMatch {
    /// It is, or it does not matter: the checkpoint is of kind `values`.
    Same,
    /// Only the values of a `heap` checkpoint were opened.
    Changed(EngineMismatch),
}

/// A heap that another engine stored. As an error: for a caller who wants the heap or nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the heap was stored by {stored} and this server runs {running}, which cannot read it; its {recoverable} bytes of portable values can still be restored"
)]
pub struct EngineMismatch {
    pub stored: Engine,
    pub running: Engine,
    /// Size of the values, which any engine reads; 0 where none were stored.
    pub recoverable: u64,
}

impl EngineMismatch {
    /// The code programs read.
    pub fn code(&self) -> Code {
        Code::ErrorEngineMismatch
    }
}
