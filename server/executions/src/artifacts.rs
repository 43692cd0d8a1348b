//! Artifacts of executions: what a worker may still hand out, and what callers can read.

use crate::error::LookupError;
use crate::service::Service;
use mcp_v8_sandbox::{Artifact, ExecutionId, Limits, Principal};
use mcp_v8_storage::{ArtifactPage, ArtifactQuery, ArtifactRecord};

/// What a run may still hand out. The worker keeps these limits, and names them to its script; so does the server,
/// because a worker may lie.
#[derive(Debug)]
pub struct Artifacts {
    one: u64,
    bytes: u64,
    number: u32,
}

impl Artifacts {
    pub fn new(limits: &Limits) -> Self {
        let (one, bytes) = (limits.artifact_bytes, limits.artifacts_bytes);
        Self { one, bytes, number: limits.artifacts }
    }

    /// Whether this one is well formed and within the limits, and counts it then.
    pub fn admit(&mut self, artifact: &Artifact) -> bool {
        let bytes = artifact.bytes().len() as u64;
        let fits = bytes <= self.one && bytes <= self.bytes && self.number > 0;
        if !fits || artifact.check().is_err() {
            return false;
        }
        self.bytes -= bytes;
        self.number -= 1;
        true
    }
}

impl Service {
    /// A tenant's artifacts, newest first; there are none of an unknown or foreign execution.
    ///
    /// # Errors
    /// [`LookupError::Storage`], also for a limit out of range.
    pub async fn artifacts(
        &self,
        principal: &Principal,
        query: ArtifactQuery,
    ) -> Result<ArtifactPage, LookupError> {
        Ok(self.0.store.artifacts(principal.tenant(), query).await?)
    }

    /// An artifact with its bytes: of this execution, or the newest of this key.
    ///
    /// # Errors
    /// [`LookupError::NoArtifact`] for an unknown or foreign one.
    pub async fn artifact(
        &self,
        principal: &Principal,
        execution: Option<ExecutionId>,
        key: &str,
    ) -> Result<(ArtifactRecord, Vec<u8>), LookupError> {
        let found = self.0.store.artifact(principal.tenant(), execution, key).await?;
        found.ok_or(LookupError::NoArtifact)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn artifact(bytes: usize) -> Artifact {
        Artifact::new("k".into(), "a/b".into(), vec![0; bytes]).expect("a good name")
    }

    #[test]
    fn a_worker_that_lies_about_its_limits_gets_no_more_than_they_allow() {
        let mut left = Artifacts { one: 10, bytes: 15, number: 3 };
        assert!(!left.admit(&artifact(11)), "one");
        assert!(left.admit(&artifact(10)), "positive control");
        assert!(!left.admit(&artifact(6)), "all together");
        assert!(left.admit(&artifact(5)) && left.admit(&artifact(0)));
        assert!(!left.admit(&artifact(0)), "the number");
    }
}
