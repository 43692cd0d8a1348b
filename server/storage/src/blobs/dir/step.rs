//! The steps of disk work, and the place where a test makes one of them fail.

use std::{io, path::Path};

/// A step, as it reads in "cannot ...".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    MakeDir,
    Create,
    /// Comes again for every mebibyte.
    Write,
    SyncFile,
    Rename,
    SyncDir,
    Remove,
    Read,
    List,
}

impl Step {
    /// The steps of storing a blob, in their order.
    pub const OF_PUT: [Step; 6] =
        [Step::MakeDir, Step::Create, Step::Write, Step::SyncFile, Step::Rename, Step::SyncDir];
}

impl std::fmt::Display for Step {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Step::MakeDir => "make the directory",
            Step::Create => "create",
            Step::Write => "write",
            Step::SyncFile => "flush (fsync)",
            Step::Rename => "put in place",
            Step::SyncDir => "flush (fsync) the directory",
            Step::Remove => "remove",
            Step::Read => "read",
            Step::List => "list",
        })
    }
}

/// A disk that fails when a test says so: an error here takes the place of the step.
#[doc(hidden)]
pub trait Faults: Send + Sync {
    fn before(&self, step: Step, path: &Path) -> io::Result<()>;
}
