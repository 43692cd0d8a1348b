//! Resolving a path beneath a directory: by the kernel where it can, else by [`walk`]. Not what may be done there.

use super::itself::LOOK;
use super::walk::{Stuck, walk};
use rustix::io::Errno;
use std::os::fd::{BorrowedFd, OwnedFd};
use std::path::Path;

/// How paths are resolved on this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beneath {
    /// openat2(2): in one step, no rename can come between.
    Kernel,
    /// Without it: step by step. Does not notice a bind mount of the same file system.
    Steps,
}

/// Attempts when the kernel cannot rule out that a rename moved the path meanwhile.
#[cfg(target_os = "linux")]
const ATTEMPTS: usize = 32;

impl Beneath {
    /// What works here. Kernels before 5.6 do not have openat2, and some containers refuse what they do not know.
    pub fn probe(root: BorrowedFd<'_>) -> Self {
        match kernel(root, Path::new("."), true) {
            Ok(_) => Beneath::Kernel,
            Err(_) => Beneath::Steps,
        }
    }

    /// What `path` leads to; with `follow` also through a link at its end.
    ///
    /// # Errors
    /// [`Stuck`], which says how far it leads.
    pub fn look(
        self,
        root: BorrowedFd<'_>,
        path: &Path,
        follow: bool,
    ) -> Result<OwnedFd, Box<Stuck>> {
        let refused = match self {
            Beneath::Steps => return walk(root, path, follow),
            Beneath::Kernel => match kernel(root, path, follow) {
                Ok(fd) => return Ok(fd),
                Err(errno) => errno,
            },
        };
        match walk(root, path, follow) {
            // What the kernel refuses stays refused, unless it was only not there yet.
            Ok(fd) if refused != Errno::NOENT => {
                Err(Box::new(Stuck { at: Some(fd), rest: Vec::new(), errno: refused }))
            }
            walked => walked,
        }
    }
}

#[cfg(target_os = "linux")]
fn kernel(root: BorrowedFd<'_>, path: &Path, follow: bool) -> Result<OwnedFd, Errno> {
    use rustix::fs::{Mode, OFlags, ResolveFlags, openat2};
    let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
    let flags = if follow { LOOK } else { LOOK | OFlags::NOFOLLOW };
    let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_MAGICLINKS | ResolveFlags::NO_XDEV;
    for _ in 1..ATTEMPTS {
        match openat2(root, path, flags, Mode::empty(), resolve) {
            Err(Errno::AGAIN | Errno::INTR) => {}
            other => return other,
        }
    }
    Err(Errno::AGAIN)
}

#[cfg(not(target_os = "linux"))]
fn kernel(_: BorrowedFd<'_>, _: &Path, _: bool) -> Result<OwnedFd, Errno> {
    Err(Errno::NOSYS)
}
