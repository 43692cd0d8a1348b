//! The cgroup of one worker: made with its limits before the worker starts, removed after it. Not the worker itself.

use super::sweep::Sweeper;
use super::{CgroupLimits, write};
use std::fs;
use std::io;
use std::os::fd::OwnedFd;
use std::path::PathBuf;

/// Removed when dropped, whatever is still in it killed.
#[derive(Debug)]
pub struct Leaf {
    path: PathBuf,
    memory_bytes: u64,
    sweeper: Sweeper,
}

impl Leaf {
    /// Makes it with its limits.
    ///
    /// # Errors
    /// What the kernel said; nothing is left then.
    pub(super) fn create(
        path: PathBuf,
        limits: CgroupLimits,
        sweeper: Sweeper,
    ) -> io::Result<Self> {
        fs::create_dir(&path)?;
        let leaf = Self { path, memory_bytes: limits.memory_bytes, sweeper };
        leaf.set("memory.max", &limits.memory_bytes.to_string())?;
        leaf.set("memory.oom.group", "1")?;
        leaf.set("pids.max", &limits.tasks.to_string())?;
        // Absent where the kernel was built or started without swap accounting.
        match leaf.set("memory.swap.max", "0") {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(leaf),
        }
    }

    /// A process that writes `0` to it is in the leaf from then on.
    ///
    /// # Errors
    /// What the kernel said.
    pub fn door(&self) -> io::Result<OwnedFd> {
        let file = fs::OpenOptions::new().write(true).open(self.path.join("cgroup.procs"))?;
        Ok(file.into())
    }

    /// Its `memory.max`, bytes, when the kernel has killed something in it for that.
    pub fn killed_at(&self) -> Option<u64> {
        let events = fs::read_to_string(self.path.join("memory.events")).ok()?;
        (oom_kills(&events) > 0).then_some(self.memory_bytes)
    }

    fn set(&self, name: &str, value: &str) -> io::Result<()> {
        write(&self.path.join(name), value)
    }
}

impl Drop for Leaf {
    fn drop(&mut self) {
        self.sweeper.remove(std::mem::take(&mut self.path));
    }
}

/// `oom_kill` of `memory.events`.
fn oom_kills(events: &str) -> u64 {
    let mut pairs = events.lines().filter_map(|line| line.split_once(' '));
    pairs.find_map(|(name, number)| number.parse().ok().filter(|_| name == "oom_kill")).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_kill_counts_as_one() {
        let events = |kills: u64| {
            format!("low 0\nhigh 0\nmax 71\noom 1\noom_kill {kills}\noom_group_kill 9\n")
        };
        assert_eq!((oom_kills(&events(0)), oom_kills(&events(2)), oom_kills("")), (0, 2, 0));
    }
}
