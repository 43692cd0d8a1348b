//! The operator's roots, opened at the start for all runs. Not a run.

use super::beneath::Beneath;
use super::budget::Budget;
use super::itself::{LOOK, real_path};
use super::root::{OpenRoot, Roots};
use super::run::FileRun;
use mcp_v8_policy::{Context, Gate};
use mcp_v8_settings::{FileQuotas, FileRoot, Files, Guarded, RootMode};
use rustix::fs::{Mode, OFlags, open};
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The files of scripts; one for the server.
pub struct FileServer {
    roots: Arc<Roots>,
    quotas: FileQuotas,
    gate: Arc<Gate>,
}

/// A reason not to start.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("{origin}: policies.filesystem.roots: {}: cannot be opened as a directory: {why}", .path.display())]
    Root { origin: String, path: PathBuf, why: std::io::Error },
    #[error("{origin}: policies.filesystem.roots: {}: the real path is not UTF-8, so no policy could judge it", .path.display())]
    NotUtf8 { origin: String, path: PathBuf },
    #[error("{origin}: policies.filesystem.roots: {}: scripts would reach {}: {}", .path.display(), .guarded.key, .guarded.path.display())]
    Overlap { origin: String, path: PathBuf, guarded: Guarded },
    #[error("{origin}: policies.filesystem.roots: {}: is the same directory as {}", .path.display(), .other.display())]
    Same { origin: String, path: PathBuf, other: PathBuf },
}

impl FileServer {
    /// Opens every root. Reads the disk: not for an async thread.
    ///
    /// # Errors
    /// [`OpenError`] for the first root that is not there or reaches what is the server's own.
    pub fn open(files: &Files, gate: Arc<Gate>) -> Result<Self, OpenError> {
        let mut all: Vec<OpenRoot> = Vec::new();
        for root in &files.roots {
            let opened = open_root(root, &files.guarded)?;
            if let Some(other) = all.iter().find(|other| other.real == opened.real) {
                let (origin, path) = (root.origin.clone(), root.path.clone());
                return Err(OpenError::Same { origin, path, other: other.given.clone() });
            }
            all.push(opened);
        }
        let how = all.first().map_or(Beneath::Steps, |root| Beneath::probe(root.fd.as_fd()));
        Ok(Self { roots: Arc::new(Roots { all, how }), quotas: files.quotas, gate })
    }

    /// The files of one run, on whose behalf `context` says.
    pub fn run(&self, context: Context) -> FileRun {
        FileRun::new(self.roots.clone(), Budget::new(self.quotas), self.gate.clone(), context)
    }

    /// Resolves as on a kernel without openat2: for tests of that.
    #[doc(hidden)]
    pub fn step_by_step(self) -> Self {
        let all = Arc::try_unwrap(self.roots).map(|roots| roots.all).unwrap_or_default();
        Self { roots: Arc::new(Roots { all, how: Beneath::Steps }), ..self }
    }
}

fn open_root(root: &FileRoot, guarded: &[Guarded]) -> Result<OpenRoot, OpenError> {
    let (origin, path) = (root.origin.clone(), root.path.clone());
    let opened = open(&root.path, LOOK | OFlags::DIRECTORY, Mode::empty())
        .and_then(|fd| Ok((real_path(&fd)?, fd)));
    let (real, fd) = match opened {
        Ok(opened) => opened,
        Err(errno) => return Err(OpenError::Root { origin, path, why: errno.into() }),
    };
    // The settings judged the path; this is what was opened.
    if let Some(guarded) = guarded.iter().find(|one| one.overlaps(Path::new(&real))) {
        return Err(OpenError::Overlap { origin, path, guarded: guarded.clone() });
    }
    let Ok(real) = real.into_os_string().into_string() else {
        return Err(OpenError::NotUtf8 { origin, path });
    };
    let writable = root.mode == RootMode::ReadWrite;
    Ok(OpenRoot { given: path, real, name: root.name.clone(), writable, fd })
}
