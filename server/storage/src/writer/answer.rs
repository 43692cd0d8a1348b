//! An answer that is known but not yet true: it is sent when its transaction has committed.

use super::write::Reply;
use crate::StorageError;

/// What waits for the end of a transaction.
pub(super) trait Settle {
    /// Sends the answer, or the error of the transaction in its place.
    fn settle(self: Box<Self>, committed: Result<(), StorageError>);
}

/// The answer to one caller.
pub(super) struct Answer<T> {
    pub reply: Reply<T>,
    pub result: Result<T, StorageError>,
}

impl<T> Settle for Answer<T> {
    fn settle(self: Box<Self>, committed: Result<(), StorageError>) {
        // The caller may have gone; the change stands all the same.
        let _ = self.reply.send(committed.and(self.result));
    }
}
