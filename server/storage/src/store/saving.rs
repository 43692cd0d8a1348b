//! Saving heaps and moving heads. The order of a save and its crashes: the header of `state`.

use super::Store;
use crate::{Advance, Finished, Head, NewHeap, Pin, StorageError, state::Save, writer::Write};
use mcp_v8_sandbox::{ExecutionId, HeapId};

impl Store {
    /// Keeps a heap from being collected while the pin lives: before its blob is put, and before it is read. Waits
    /// while the heap's blob is being deleted. Says nothing about whether there is such a heap.
    pub async fn pin(&self, tenant: &str, id: HeapId) -> Pin {
        self.pins.pin(tenant, id).await
    }

    /// Moves the head of a session to the pinned heap, whose blob must be durable already: the heap, the session, its
    /// history and the end of the execution in one transaction, which survives a power loss once this has answered.
    ///
    /// # Errors
    /// [`StorageError::Conflict`] when the head is not the expected one; [`StorageError::Tags`]; with an end those of
    /// [`finished`](Store::finished). Nothing has changed then: the blob is an orphan unless it was there before.
    pub async fn advance(&self, pin: Pin, advance: Advance) -> Result<Head, StorageError> {
        let save = Save::advance(pin.id(), advance)?;
        let head = self.save(pin, save).await?;
        Ok(head.expect("a save with a move answers with the head"))
    }

    /// Stores the pinned heap, whose blob must be durable already, without a session that points to it; and the end of
    /// the execution that made it, with [`Finished::heap`] set.
    ///
    /// # Errors
    /// As [`advance`](Store::advance), without conflicts.
    pub async fn register(
        &self,
        pin: Pin,
        heap: NewHeap,
        end: Option<(ExecutionId, Finished)>,
    ) -> Result<(), StorageError> {
        let save = Save::register(pin.id(), heap, end)?;
        self.save(pin, save).await.map(drop)
    }

    async fn save(&self, pin: Pin, save: Save) -> Result<Option<Head>, StorageError> {
        let save = Box::new(save);
        self.write(|reply| Write::Save { pin, save, reply }).await.map(|(head, _pin)| head)
    }
}
