//! Output as it appears. Not a stream: whoever follows an execution asks again with the offset after what he has.

use crate::active::Progress;
use crate::error::LookupError;
use crate::service::Service;
use mcp_v8_sandbox::{ExecutionId, Principal};
use mcp_v8_storage::{OutputPage, PageRequest, VISIBLE_WITHIN};
use tokio::time::sleep;

impl Service {
    /// The output from byte `from`, at most `limit` bytes (at least one character): as soon as there is some, or, empty,
    /// when there will be no more. Waits for as long as the execution is queued or runs.
    ///
    /// # Errors
    /// [`LookupError::NotFound`] for an unknown or foreign id.
    pub async fn follow(
        &self,
        principal: &Principal,
        id: ExecutionId,
        from: u64,
        limit: u64,
    ) -> Result<OutputPage, LookupError> {
        let wanted = PageRequest::Bytes { offset: from, limit };
        let active = || self.0.active.progress(principal.tenant(), id);
        // Looked up before storage: what is over then has all of its output there.
        while let Some(mut progress) = active() {
            let written = *progress.written.borrow();
            if written > from {
                let page = self.output(principal, id, wanted).await?;
                if !page.data.is_empty() {
                    return Ok(page);
                }
                // Storage was given it and does not show it yet.
                sleep(VISIBLE_WITHIN).await;
            } else {
                more(&mut progress, from).await;
            }
        }
        self.output(principal, id, wanted).await
    }
}

/// Waits for output beyond `from`, or for the end.
async fn more(progress: &mut Progress, from: u64) {
    // A sender that is gone belongs to an execution that is over.
    tokio::select! {
        _ = progress.written.wait_for(|written| *written > from) => {}
        _ = progress.done.wait_for(|over| *over) => {}
    }
}
