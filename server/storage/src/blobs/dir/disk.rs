//! File system calls, each a step that can fail by itself or by a test, and whose failure is judged. Not their order.

use super::{Faults, Step, health::Health};
use crate::{blobs::BlobError, durable};
use std::{
    ffi::OsString,
    fs::{self, DirBuilder, File, OpenOptions, Permissions},
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
    path::Path,
    sync::Arc,
};

/// How much is written between two chances of a test to fail.
const WRITE_BYTES: usize = 1 << 20;

pub(super) struct Disk {
    faults: Option<Arc<dyn Faults>>,
    health: Health,
}

impl Disk {
    pub fn new(faults: Option<Arc<dyn Faults>>) -> Self {
        Self { faults, health: Health::default() }
    }

    pub fn writable(&self) -> Result<(), BlobError> {
        self.health.writable()
    }

    /// The directory of a store with all above it, private even if it was there before.
    pub fn make_root(&self, path: &Path) -> Result<(), BlobError> {
        self.step(Step::MakeDir, path, || {
            durable::make_dirs(path)?;
            let mode = fs::metadata(path)?.permissions().mode();
            if mode & 0o077 != 0 {
                fs::set_permissions(path, Permissions::from_mode(0o700))?;
            }
            Ok(())
        })
    }

    /// One directory, unless it is there.
    pub fn make_dir(&self, path: &Path) -> Result<(), BlobError> {
        self.step(Step::MakeDir, path, || match DirBuilder::new().mode(0o700).create(path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            other => other,
        })
    }

    /// One directory with all above it, unless they are there; not flushed.
    pub fn make_all(&self, path: &Path) -> Result<(), BlobError> {
        self.step(Step::MakeDir, path, || {
            DirBuilder::new().recursive(true).mode(0o700).create(path)
        })
    }

    /// A new file with this content.
    pub fn write(&self, path: &Path, bytes: &[u8], flush: bool) -> Result<(), BlobError> {
        let mut file = self.step(Step::Create, path, || {
            OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
        })?;
        for part in bytes.chunks(WRITE_BYTES) {
            self.step(Step::Write, path, || file.write_all(part))?;
        }
        if !flush {
            return Ok(());
        }
        self.step(Step::SyncFile, path, || file.sync_all())
    }

    pub fn rename(&self, from: &Path, to: &Path) -> Result<(), BlobError> {
        self.step(Step::Rename, to, || fs::rename(from, to))
    }

    pub fn sync_dir(&self, path: &Path) -> Result<(), BlobError> {
        self.step(Step::SyncDir, path, || durable::sync(path))
    }

    pub fn remove(&self, path: &Path) -> Result<(), BlobError> {
        self.step(Step::Remove, path, || super::remove(path))
    }

    pub fn open(&self, path: &Path) -> Result<Option<(File, u64)>, BlobError> {
        self.step(Step::Read, path, || super::open(path))
    }

    /// The names in a directory, sorted; none where there is no directory.
    pub fn names(&self, path: &Path) -> Result<Vec<OsString>, BlobError> {
        self.step(Step::List, path, || {
            let entries = match fs::read_dir(path) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
                other => other?,
            };
            let mut names: Vec<_> =
                entries.map(|entry| Ok(entry?.file_name())).collect::<io::Result<_>>()?;
            names.sort_unstable();
            Ok(names)
        })
    }

    pub fn failed(&self, step: Step, path: &Path, source: io::Error) -> BlobError {
        let source = Arc::new(source);
        let error = BlobError::Disk { step, path: path.to_owned(), source: source.clone() };
        self.health.note(step, &source, &error);
        error
    }

    fn step<T>(
        &self,
        step: Step,
        path: &Path,
        work: impl FnOnce() -> io::Result<T>,
    ) -> Result<T, BlobError> {
        let fault = self.faults.as_ref().map_or(Ok(()), |faults| faults.before(step, path));
        fault.and_then(|()| work()).map_err(|source| self.failed(step, path, source))
    }
}
