//! A save in the form of the columns. Made by the caller's thread, so that the writer only writes.

use super::{Advance, NewHeap, SessionRun, Source};
use crate::{Finished, StorageError, record::EncodedEnd};
use mcp_v8_sandbox::{ExecutionId, HeapId, SessionName};

pub(crate) struct Save {
    pub heap: NewHeap,
    /// [`NewHeap::lost`] as JSON.
    pub lost: String,
    /// `None` for a heap that no session points to.
    pub head: Option<Move>,
    pub end: Option<(ExecutionId, EncodedEnd)>,
}

/// A head moves.
pub(crate) struct Move {
    pub session: SessionName,
    pub expected: Option<HeapId>,
    pub run: SessionRun,
    pub source: Option<Source>,
}

impl Save {
    pub fn advance(id: HeapId, advance: Advance) -> Result<Self, StorageError> {
        let Advance { session, expected, heap, mut run, end } = advance;
        let source = run.source.take().map(Source::head_of);
        let end = end.map(|end| (run.execution, end));
        let head = Some(Move { session, expected, run, source });
        Ok(Self { head, ..Self::register(id, heap, end)? })
    }

    pub fn register(
        id: HeapId,
        heap: NewHeap,
        end: Option<(ExecutionId, Finished)>,
    ) -> Result<Self, StorageError> {
        super::check_tags(&heap.tags)?;
        let lost = serde_json::to_string(&heap.lost).map_err(StorageError::json("losses"))?;
        let end = end.map(|(execution, end)| {
            EncodedEnd::new(&Finished { heap: Some(id), ..end }).map(|end| (execution, end))
        });
        Ok(Self { heap, lost, head: None, end: end.transpose()? })
    }
}
