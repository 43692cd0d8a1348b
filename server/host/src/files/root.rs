//! The operator's directories, opened once. Not resolving in them: that is `beneath`.

use super::beneath::Beneath;
use super::errno::Errno;
use mcp_v8_policy::Root;
use mcp_v8_sandbox::host_call::file::PATH_BYTES_MAX;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

pub struct OpenRoot {
    /// As the operator wrote it, absolute.
    pub given: PathBuf,
    /// Where it was at the start.
    pub real: String,
    pub name: Option<String>,
    pub writable: bool,
    pub fd: OwnedFd,
}

/// All of them; the first is where relative paths start.
pub struct Roots {
    pub all: Vec<OpenRoot>,
    pub how: Beneath,
}

/// A path that needs no look at the disk to be refused.
pub enum Refused {
    /// Not beneath a root.
    Outside,
    System(Errno),
}

impl Roots {
    /// The root a script's path begins with, and what follows. Of several roots the longest.
    pub fn locate<'p>(&self, path: &'p str) -> Result<(&OpenRoot, &'p Path), Refused> {
        if path.is_empty() {
            return Err(Refused::System(Errno::NOENT));
        }
        if path.contains('\0') {
            return Err(Refused::System(Errno::INVAL));
        }
        if path.len() >= PATH_BYTES_MAX {
            return Err(Refused::System(Errno::NAMETOOLONG));
        }
        let path = Path::new(path);
        if path.is_relative() {
            return self.all.first().map(|root| (root, path)).ok_or(Refused::Outside);
        }
        let beginnings = self
            .all
            .iter()
            .flat_map(|root| [(root, root.given.as_path()), (root, root.real.as_ref())]);
        beginnings
            .filter_map(|(root, beginning)| Some((root, path.strip_prefix(beginning).ok()?)))
            .min_by_key(|(_, rest)| rest.components().count())
            .ok_or(Refused::Outside)
    }

    /// The innermost root that holds a real path.
    pub fn owner(&self, real: &Path) -> Option<&OpenRoot> {
        let holding = self.all.iter().filter(|root| real.starts_with(&root.real));
        holding.max_by_key(|root| root.real.len())
    }

    /// A root, or a directory that holds one: not to be moved or removed.
    pub fn holds_root(&self, real: &str) -> bool {
        self.all.iter().any(|root| Path::new(&root.real).starts_with(real))
    }

    /// For messages: what scripts can reach.
    pub fn listed(&self) -> String {
        let given: Vec<_> = self.all.iter().map(|root| root.given.display().to_string()).collect();
        given.join(", ")
    }
}

impl OpenRoot {
    /// As policies see it.
    pub fn judged(&self) -> Root {
        Root { path: self.real.clone(), writable: self.writable, name: self.name.clone() }
    }
}
