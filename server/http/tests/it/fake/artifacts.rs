//! The artifacts of the fake: a list.

use super::Fake;
use mcp_v8_executions::{ArtifactPage, ArtifactQuery, ArtifactRecord, LookupError, Timestamp};
use mcp_v8_http::{Answer, Artifacts};
use mcp_v8_sandbox::{ExecutionId, Principal};

/// Tenant, what is listed, bytes.
pub type Kept = (String, ArtifactRecord, Vec<u8>);

impl Fake {
    pub fn add_artifact(&self, principal: &Principal, key: &str, mime: &str, bytes: &[u8]) {
        let mut kept = self.0.artifacts.lock().expect("no test panicked");
        let record = ArtifactRecord {
            execution: ExecutionId::generate(),
            key: key.to_owned(),
            mime: mime.to_owned(),
            size: bytes.len() as u64,
            created_at: Timestamp(0),
            place: kept.len() as u64 + 1,
        };
        kept.push((principal.tenant().to_owned(), record, bytes.to_vec()));
    }
}

impl Artifacts for Fake {
    fn artifacts<'a>(
        &'a self,
        principal: &'a Principal,
        query: ArtifactQuery,
    ) -> Answer<'a, ArtifactPage, LookupError> {
        Box::pin(async move {
            let kept = self.0.artifacts.lock().expect("no test panicked");
            let own = |kept: &&Kept| {
                kept.0 == principal.tenant()
                    && query.before.is_none_or(|before| kept.1.place < before)
                    && query.execution.is_none_or(|execution| kept.1.execution == execution)
            };
            let found = kept.iter().rev().filter(own).map(|kept| kept.1.clone());
            let mut artifacts: Vec<_> = found.take(query.limit as usize + 1).collect();
            let more = artifacts.len() > query.limit as usize;
            artifacts.truncate(query.limit as usize);
            let next = artifacts.last().filter(|_| more).map(|last| last.place);
            Ok(ArtifactPage { artifacts, next })
        })
    }

    fn artifact<'a>(
        &'a self,
        principal: &'a Principal,
        execution: Option<ExecutionId>,
        key: &'a str,
    ) -> Answer<'a, (ArtifactRecord, Vec<u8>), LookupError> {
        Box::pin(async move {
            let kept = self.0.artifacts.lock().expect("no test panicked");
            let found = kept.iter().rev().find(|kept| {
                kept.0 == principal.tenant()
                    && kept.1.key == key
                    && execution.is_none_or(|execution| kept.1.execution == execution)
            });
            found.map(|kept| (kept.1.clone(), kept.2.clone())).ok_or(LookupError::NoArtifact)
        })
    }
}
