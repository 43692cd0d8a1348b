//! Connections and their settings. One place, so that no connection runs with other promises than the rest.

use crate::{Doing, StorageError, error::During};
use rusqlite::{Connection, OpenFlags, config::DbConfig};
use std::{path::Path, time::Duration};

/// `PRAGMA synchronous` of every connection. With WAL, `NORMAL` keeps every commit when the process dies; the last
/// ones may be missing after a power loss, the database is sound even then.
pub const DURABILITY: &str = "NORMAL";

/// `PRAGMA synchronous` of a transaction that changes sessions, heaps or tags: with `FULL` the log is synced at its
/// commit, so that it and all before it survive a power loss.
pub const STATE_DURABILITY: &str = "FULL";

/// How long to wait for a lock: only somebody with an SQL shell can hold one.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Size a WAL is cut back to after a burst, bytes.
const WAL_KEEP: i64 = 64 << 20;

const STATEMENTS: usize = 64;

// Each connection belongs to one thread, so that SQLite's own mutexes have nothing to do.
const SHARED_FLAGS: OpenFlags = OpenFlags::SQLITE_OPEN_NO_MUTEX;

/// The connection that writes; `None` is a database in memory.
pub(crate) fn open_writer(path: Option<&Path>) -> Result<Connection, StorageError> {
    let flags = SHARED_FLAGS | OpenFlags::SQLITE_OPEN_READ_WRITE;
    let open = || {
        let connection = match path {
            Some(path) => Connection::open_with_flags(path, flags)?,
            None => Connection::open_in_memory_with_flags(flags)?,
        };
        configure(&connection)?;
        let mode: String =
            connection.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0))?;
        if path.is_some() && mode != "wal" {
            tracing::warn!(
                mode,
                "the database cannot use a write-ahead log here; reads and writes will wait for each other"
            );
        }
        connection.pragma_update_and_check(None, "journal_size_limit", WAL_KEEP, |_| Ok(()))?;
        Ok(connection)
    };
    open().during(Doing::Opening)
}

/// A connection that cannot write. The writer must be open already: it makes the tables and the WAL.
pub(crate) fn open_reader(path: &Path) -> Result<Connection, StorageError> {
    let flags = SHARED_FLAGS | OpenFlags::SQLITE_OPEN_READ_ONLY;
    let open = || {
        let connection = Connection::open_with_flags(path, flags)?;
        configure(&connection)?;
        Ok(connection)
    };
    open().during(Doing::Opening)
}

/// For the transactions to come; refused by SQLite inside of one.
pub(crate) fn set_durability(connection: &Connection, level: &str) -> rusqlite::Result<()> {
    connection.pragma_update(None, "synchronous", level)
}

fn configure(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(BUSY_TIMEOUT)?;
    set_durability(connection, DURABILITY)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // The file may have been replaced by somebody else's: nothing in its schema is trusted to call functions.
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(())
}
