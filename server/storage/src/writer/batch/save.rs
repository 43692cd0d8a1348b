//! A save inside a batch: all of it or nothing, also when it is refused and the transaction goes on.

use super::Batch;
use crate::{Head, Pin, StorageError, sql, state::Save};

impl Batch<'_> {
    /// Stores a heap, moves the head, and ends the execution, as far as the save asks for it.
    pub(super) fn save(&mut self, pin: &Pin, save: &Save) -> Result<Option<Head>, StorageError> {
        let (tenant, id) = (pin.tenant(), pin.id());
        self.attempt(|connection| sql::state::admit(connection, tenant, id, save))?;
        let mut output = None;
        if let Some((execution, _)) = &save.end {
            if let Some(why) = self.failures.remove(execution) {
                let (id, source) = (*execution, Box::new(why));
                return Err(StorageError::Incomplete { id, source });
            }
            output = self.pending.take(*execution);
        }
        let head = self.attempt(|connection| {
            // First what can be refused.
            if let Some((execution, end)) = &save.end {
                sql::append(connection, *execution, output.as_deref().unwrap_or_default())?;
                sql::finish(connection, *execution, end)?;
            }
            sql::state::save(connection, tenant, id, save)
        })?;
        if let Some((execution, _)) = &save.end {
            self.unwatched.remove(execution);
        }
        Ok(head)
    }
}
