//! What is missing for workers to have cgroups of their own. Not what goes wrong with one later: that is an I/O error.

use std::io;
use std::path::PathBuf;

/// Why the server's own cgroup is not divided; everything is then as it was.
#[derive(Debug, thiserror::Error)]
pub enum NoCgroup {
    #[error("cannot read {}", path.display())]
    Unreadable {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("no cgroup v2 hierarchy with this process is mounted")]
    NotMounted,
    #[error("the server is in the root cgroup of the machine")]
    Root,
    #[error("{} is not delegated (systemd: Delegate=yes)", .0.display())]
    NotDelegated(PathBuf),
    #[error("{} lacks the controllers {controllers}", directory.display())]
    Controllers { directory: PathBuf, controllers: String },
    #[error("other processes are in {}", .0.display())]
    Shared(PathBuf),
    #[error("cannot {what} {}", path.display())]
    Refused {
        what: &'static str,
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("cannot start the thread that removes cgroups")]
    Thread(#[source] io::Error),
}

impl NoCgroup {
    pub(super) fn refused(
        what: &'static str,
        path: impl Into<PathBuf>,
    ) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Refused { what, path, source }
    }

    /// In one line, with the cause.
    pub fn in_words(&self) -> String {
        match std::error::Error::source(self) {
            Some(cause) => format!("{self}: {cause}"),
            None => self.to_string(),
        }
    }
}
