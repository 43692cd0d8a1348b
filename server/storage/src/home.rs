//! The directory of a database on disk: its modes, its files, its lock. Not what is in the files.

use crate::{StorageError, durable};
use std::{
    fs::{File, OpenOptions, Permissions, TryLockError},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

const DATABASE: &str = "mcp-v8.sqlite3";
const LOCK: &str = "mcp-v8.lock";

/// How long a lock is waited for that somebody has.
const LOCK_PATIENCE: Duration = Duration::from_secs(2);

const LOCK_PAUSE: Duration = Duration::from_millis(10);

/// Sources and results of scripts are nobody else's business.
const FILE_MODE: u32 = 0o600;

/// A prepared directory that no other server uses as long as `lock` is open.
pub(crate) struct Home {
    pub database: PathBuf,
    pub lock: File,
}

impl Home {
    /// Makes the directory and its files where they are missing, and takes the lock.
    pub fn open(dir: &Path) -> Result<Self, StorageError> {
        durable::make_dirs(dir).map_err(StorageError::files("make the directory", dir))?;
        // The lock comes first: closing any descriptor of the database file drops the POSIX locks that SQLite holds
        // on it in this process, so the file is not touched while a store of this process may have it open.
        let lock = lock(&dir.join(LOCK))?;
        let database = dir.join(DATABASE);
        private_file(&database)?;
        durable::sync(dir).map_err(StorageError::files("sync", dir))?;
        Ok(Self { database, lock })
    }
}

/// An advisory lock (flock(2)); it goes with the process, however that ends. A child that a killed server was just
/// starting has it too, until it is another program a moment later.
fn lock(path: &Path) -> Result<File, StorageError> {
    let file = private_file(path)?;
    let begun = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) if begun.elapsed() < LOCK_PATIENCE => {
                thread::sleep(LOCK_PAUSE);
            }
            Err(TryLockError::WouldBlock) => {
                return Err(StorageError::InUse { lock: path.to_owned() });
            }
            Err(TryLockError::Error(source)) => {
                return Err(StorageError::files("lock", path)(source));
            }
        }
    }
}

/// Opens or makes a file that only this user can read. SQLite gives its WAL the mode of the database.
fn private_file(path: &Path) -> Result<File, StorageError> {
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(FILE_MODE)
        .open(path)
        .map_err(StorageError::files("open", path))?;
    let mode = file.metadata().map_err(StorageError::files("inspect", path))?.permissions().mode();
    if mode & 0o077 != 0 {
        file.set_permissions(Permissions::from_mode(FILE_MODE))
            .map_err(StorageError::files("make private", path))?;
    }
    Ok(file)
}
