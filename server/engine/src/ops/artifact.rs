//! `artifact`: bytes from a script to the server, within the limits of the run. The server checks them again.

use super::output::Sink;
use deno_core::{OpState, op2};
use deno_error::JsError;
use mcp_v8_sandbox::wire::FromWorker;
use mcp_v8_sandbox::{Artifact, InvalidArtifact, Limits};

/// What the current run may still hand out.
#[derive(Default)]
pub struct Room {
    one: u64,
    all: u64,
    left: u64,
    number: u32,
    number_left: u32,
}

impl Room {
    pub fn new(limits: &Limits) -> Self {
        Self {
            one: limits.artifact_bytes,
            all: limits.artifacts_bytes,
            left: limits.artifacts_bytes,
            number: limits.artifacts,
            number_left: limits.artifacts,
        }
    }

    fn take(&mut self, bytes: u64) -> Result<(), ArtifactError> {
        if bytes > self.one {
            return Err(ArtifactError::One { bytes, limit: self.one });
        }
        self.number_left =
            self.number_left.checked_sub(1).ok_or(ArtifactError::Number { limit: self.number })?;
        self.left = self.left.checked_sub(bytes).ok_or(ArtifactError::All { limit: self.all })?;
        Ok(())
    }
}

/// Why an artifact was not taken, as an exception of the script.
#[derive(Debug, thiserror::Error, JsError)]
pub enum ArtifactError {
    #[class(type)]
    #[error(transparent)]
    Invalid(#[from] InvalidArtifact),
    #[class(range)]
    #[error("an artifact of {bytes} bytes is larger than {limit} (limits.max_artifact_mb)")]
    One { bytes: u64, limit: u64 },
    #[class(range)]
    #[error(
        "the artifacts of this run are larger than {limit} bytes together (limits.max_artifacts_mb)"
    )]
    All { limit: u64 },
    #[class(range)]
    #[error("this run has handed out {limit} artifacts already (limits.max_artifacts)")]
    Number { limit: u32 },
    #[class(generic)]
    #[error("there is nobody to hand an artifact to")]
    Nobody,
}

/// Hands an artifact out.
#[op2(fast)]
pub fn op_mcp_artifact(
    state: &mut OpState,
    #[string] key: String,
    #[string] mime: String,
    #[buffer] bytes: &[u8],
) -> Result<(), ArtifactError> {
    let artifact = Artifact::new(key, mime, bytes.to_vec())?;
    let output = state.borrow::<Sink>().output().ok_or(ArtifactError::Nobody)?;
    state.try_borrow_mut::<Room>().ok_or(ArtifactError::Nobody)?.take(bytes.len() as u64)?;
    output.send(&FromWorker::Artifact(Box::new(artifact)));
    Ok(())
}
