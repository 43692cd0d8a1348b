//! The tables, and how a database of an older version gets them. Migrations only go forward.

use crate::{Doing, StorageError, error::During};
use rusqlite::Connection;

/// One script per schema version, oldest first. A released one is never edited: a change is a new one at the end.
const MIGRATIONS: &[&str] = &[
    include_str!("schema/1.sql"),
    include_str!("schema/2.sql"),
    include_str!("schema/3.sql"),
    include_str!("schema/4.sql"),
];

/// Brings the database to the newest schema, version by version, each in a transaction of its own.
///
/// # Errors
/// [`StorageError::Newer`] when a newer server wrote it; nothing is changed then.
pub(crate) fn migrate(connection: &mut Connection) -> Result<(), StorageError> {
    run(connection, MIGRATIONS)
}

fn run(connection: &mut Connection, scripts: &[&str]) -> Result<(), StorageError> {
    let found: i64 = connection
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .during(Doing::Migrating)?;
    let newest = scripts.len() as i64; // a handful
    if !(0..=newest).contains(&found) {
        return Err(StorageError::Newer { found, known: newest });
    }
    for (version, script) in (1..).zip(scripts) {
        if version > found {
            step(connection, version, script).during(Doing::Migrating)?;
        }
    }
    Ok(())
}

fn step(connection: &mut Connection, version: i64, script: &str) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    transaction.execute_batch(script)?;
    transaction.pragma_update(None, "user_version", version)?;
    transaction.commit()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(connection: &Connection) -> i64 {
        connection
            .pragma_query_value(None, "user_version", |row| row.get(0))
            .expect("a pragma of every database")
    }

    fn memory() -> Connection {
        Connection::open_in_memory().expect("SQLite is linked in")
    }

    #[test]
    fn a_migration_runs_once_and_the_later_ones_follow() {
        let mut connection = memory();
        let one = "CREATE TABLE a (x INTEGER) STRICT; INSERT INTO a VALUES (1);";
        run(&mut connection, &[one]).expect("first version");
        run(&mut connection, &[one, "UPDATE a SET x = x + 10;"]).expect("second version");
        run(&mut connection, &[one, "UPDATE a SET x = x + 10;"]).expect("nothing to do");
        let x: i64 = connection.query_row("SELECT x FROM a", [], |row| row.get(0)).expect("a row");
        assert_eq!((x, version(&connection)), (11, 2));
    }

    #[test]
    fn a_migration_that_fails_leaves_the_version_before_it_untouched() {
        let mut connection = memory();
        let broken = "CREATE TABLE b (x INTEGER) STRICT; INSERT INTO nowhere VALUES (1);";
        let result = run(&mut connection, &["CREATE TABLE a (x INTEGER) STRICT;", broken]);
        assert!(matches!(result, Err(StorageError::Database { doing: Doing::Migrating, .. })));
        assert_eq!(version(&connection), 1);
        assert!(connection.prepare("SELECT * FROM a").is_ok());
        assert!(connection.prepare("SELECT * FROM b").is_err());
    }

    #[test]
    fn a_database_of_a_newer_server_is_refused_unchanged() {
        let mut connection = memory();
        migrate(&mut connection).expect("an empty database migrates");
        let known = version(&connection);
        connection.pragma_update(None, "user_version", known + 1).expect("a pragma");
        let result = migrate(&mut connection);
        assert!(
            matches!(result, Err(StorageError::Newer { found, known: k }) if found == known + 1 && k == known)
        );
    }
}
