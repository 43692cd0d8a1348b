//! What is stored of one tenant, in bytes.

use crate::{Doing, StorageError, count::Count, error::During};
use rusqlite::Connection;

/// Output and results of its executions, and its heaps. Reads as many rows as the tenant has; of a result only how
/// long it is.
pub(crate) fn stored(connection: &Connection, tenant: &str) -> Result<u64, StorageError> {
    let sql = "SELECT
        (SELECT coalesce(sum(output_bytes + coalesce(octet_length(outcome), 0)), 0)
           FROM execution WHERE tenant = ?1)
      + (SELECT coalesce(sum(stored_bytes), 0) FROM heap WHERE tenant = ?1 AND state = 'stored')";
    connection
        .prepare_cached(sql)
        .and_then(|mut statement| statement.query_row([tenant], |row| row.get::<_, Count>(0)))
        .map(|count| count.0)
        .during(Doing::Listing)
}
