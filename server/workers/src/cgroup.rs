//! A cgroup (v2) of its own for every worker, where the server's own one is delegated: memory and tasks bounded and
//! accounted by the kernel. Not rlimits: those are `jail::spawn`. Sources: Linux admin-guide/cgroup-v2, "Delegation";
//! systemd's CGROUP_DELEGATION.

mod delegation;
mod error;
mod leaf;
mod own;
mod sweep;

pub use error::NoCgroup;
pub use leaf::Leaf;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use sweep::Sweeper;

/// How much the server insists on cgroups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CgroupMode {
    /// Where the server's own cgroup is delegated.
    Auto,
    /// Everywhere, or the server does not start.
    Required,
    /// Never.
    Off,
}

/// What the kernel grants a worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CgroupLimits {
    /// `memory.max`, bytes; without swap.
    pub memory_bytes: u64,
    /// `pids.max`: threads and processes together.
    pub tasks: u64,
}

/// Whether workers have cgroups of their own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CgroupState {
    /// Switched off.
    Off,
    /// What is missing, in words.
    Missing(String),
    /// Below this directory.
    Below(PathBuf),
}

/// The server's own cgroup, with the server itself in a leaf of it.
#[derive(Debug)]
pub struct Cgroups {
    directory: PathBuf,
    limits: CgroupLimits,
    next: AtomicU64,
    sweeper: Sweeper,
}

impl Cgroups {
    /// Moves this process into a leaf of its own cgroup, lets that cgroup have children, and removes what a former
    /// process left there.
    ///
    /// # Errors
    /// What is missing; the process is then where it was.
    pub fn take(limits: CgroupLimits) -> Result<Self, NoCgroup> {
        let own = own::find()?;
        delegation::take(&own)?;
        let sweeper = Sweeper::start().map_err(NoCgroup::Thread)?;
        sweep::leftovers(&own.directory);
        Ok(Self { directory: own.directory, limits, next: AtomicU64::new(0), sweeper })
    }

    /// The directory that holds the leaves.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// A new leaf for one worker.
    ///
    /// # Errors
    /// What the kernel said.
    pub fn leaf(&self) -> io::Result<Leaf> {
        loop {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            let path = self.directory.join(format!("{}{number}", sweep::PREFIX));
            match Leaf::create(path, self.limits, self.sweeper.clone()) {
                // A former process left one that could not be removed.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                other => return other,
            }
        }
    }
}

/// Writes to a file of the kernel; never makes one.
fn write(path: &Path, text: &str) -> io::Result<()> {
    use std::io::Write;
    std::fs::OpenOptions::new().write(true).open(path)?.write_all(text.as_bytes())
}
