//! The directory of a database on disk: its modes, its files, its lock. Not what is in the files.

use crate::StorageError;
use std::{
    fs::{DirBuilder, File, OpenOptions, Permissions, TryLockError},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
    sync::Arc,
};

const DATABASE: &str = "mcp-v8.sqlite3";
const LOCK: &str = "mcp-v8.lock";

/// Sources and results of scripts are nobody else's business.
const DIR_MODE: u32 = 0o700;
const FILE_MODE: u32 = 0o600;

/// A prepared directory that no other server uses as long as `lock` is open.
pub(crate) struct Home {
    pub database: PathBuf,
    pub lock: File,
}

impl Home {
    /// Makes the directory and its files where they are missing, and takes the lock.
    pub fn open(dir: &Path) -> Result<Self, StorageError> {
        let new: Vec<&Path> = dir.ancestors().take_while(|path| !path.exists()).collect();
        DirBuilder::new()
            .recursive(true)
            .mode(DIR_MODE)
            .create(dir)
            .map_err(StorageError::files("make the directory", dir))?;
        for parent in new.into_iter().filter_map(Path::parent) {
            sync(parent)?;
        }
        // The lock comes first: closing any descriptor of the database file drops the POSIX locks that SQLite holds
        // on it in this process, so the file is not touched while a store of this process may have it open.
        let lock = lock(&dir.join(LOCK))?;
        let database = dir.join(DATABASE);
        private_file(&database)?;
        sync(dir)?;
        Ok(Self { database, lock })
    }
}

/// Makes the names in a directory survive a power loss: a synced file without its name is lost all the same.
fn sync(dir: &Path) -> Result<(), StorageError> {
    // The parent of a relative path of one part.
    let dir = if dir.as_os_str().is_empty() { Path::new(".") } else { dir };
    File::open(dir).and_then(|dir| dir.sync_all()).map_err(StorageError::files("sync", dir))
}

/// An advisory lock (flock(2)); it goes with the process, however that ends.
fn lock(path: &Path) -> Result<File, StorageError> {
    let file = private_file(path)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StorageError::InUse { lock: path.to_owned() }),
        Err(TryLockError::Error(source)) => Err(StorageError::Files {
            action: "lock",
            path: path.to_owned(),
            source: Arc::new(source),
        }),
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
