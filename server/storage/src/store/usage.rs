//! What is stored of one tenant.

use crate::{Doing, StorageError, Store, sql};

impl Store {
    /// Bytes of a tenant: output and results of its executions, and its heaps as stored.
    pub async fn stored_bytes(&self, tenant: &str) -> Result<u64, StorageError> {
        let tenant = tenant.to_owned();
        self.read(Doing::Listing, move |connection: &_| sql::stored(connection, &tenant)).await
    }
}
