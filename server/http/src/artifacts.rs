//! What the routes of artifacts ask of the application layer. Like `executions`, it adds nothing to the service.

use crate::executions::Answer;
use mcp_v8_executions::{ArtifactPage, ArtifactQuery, ArtifactRecord, LookupError, Service};
use mcp_v8_sandbox::{ExecutionId, Principal};

/// The artifacts of this server. Every method is the one of [`Service`] with the same name.
pub trait Artifacts: Send + Sync {
    fn artifacts<'a>(
        &'a self,
        principal: &'a Principal,
        query: ArtifactQuery,
    ) -> Answer<'a, ArtifactPage, LookupError>;

    fn artifact<'a>(
        &'a self,
        principal: &'a Principal,
        execution: Option<ExecutionId>,
        key: &'a str,
    ) -> Answer<'a, (ArtifactRecord, Vec<u8>), LookupError>;
}

impl Artifacts for Service {
    fn artifacts<'a>(
        &'a self,
        principal: &'a Principal,
        query: ArtifactQuery,
    ) -> Answer<'a, ArtifactPage, LookupError> {
        Box::pin(Service::artifacts(self, principal, query))
    }

    fn artifact<'a>(
        &'a self,
        principal: &'a Principal,
        execution: Option<ExecutionId>,
        key: &'a str,
    ) -> Answer<'a, (ArtifactRecord, Vec<u8>), LookupError> {
        Box::pin(Service::artifact(self, principal, execution, key))
    }
}
