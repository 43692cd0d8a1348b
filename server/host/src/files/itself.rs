//! What a descriptor refers to, by the descriptor: its real path, and opening it again with other rights. Not paths.

use rustix::fs::{CWD, Mode, OFlags, Stat, fstat, openat};
use rustix::io::{Errno, Result};
use std::os::fd::{AsFd, OwnedFd};
use std::path::PathBuf;

/// To look and not to open: no device wakes up, no pipe notices. Elsewhere than on Linux there is only opening without
/// waiting.
#[cfg(target_os = "linux")]
pub const LOOK: OFlags = OFlags::PATH.union(OFlags::CLOEXEC);
#[cfg(not(target_os = "linux"))]
pub const LOOK: OFlags = OFlags::NONBLOCK.union(OFlags::CLOEXEC).union(OFlags::NOCTTY);

/// Device and inode: the same object, the same pair, while someone has it open.
pub type Identity = (u64, u64);

#[allow(clippy::unnecessary_cast)] // Their types differ between systems.
pub fn identity(stat: &Stat) -> Identity {
    (stat.st_dev as u64, stat.st_ino as u64)
}

/// A path at which the kernel gives the object itself: proc(5), `/proc/pid/fd`.
#[cfg(target_os = "linux")]
pub fn itself(fd: impl AsFd) -> Result<PathBuf> {
    use std::os::fd::AsRawFd;
    Ok(format!("/proc/self/fd/{}", fd.as_fd().as_raw_fd()).into())
}

/// `F_GETPATH`; what is there instead, [`again`] notices.
#[cfg(target_vendor = "apple")]
pub fn itself(fd: impl AsFd) -> Result<PathBuf> {
    real_path(fd)
}

/// The real path now. `ENOENT` for what has been removed.
#[cfg(target_os = "linux")]
pub fn real_path(fd: impl AsFd) -> Result<PathBuf> {
    use std::os::unix::ffi::OsStringExt;
    let link = rustix::fs::readlinkat(CWD, itself(fd.as_fd())?, Vec::new())?.into_bytes();
    // The kernel marks a name that is gone; a name can also end so by itself, and is then still there.
    let marked = link.ends_with(b" (deleted)");
    let path = PathBuf::from(std::ffi::OsString::from_vec(link));
    if marked {
        let there = rustix::fs::lstat(&path).map_err(|_| Errno::NOENT)?;
        if identity(&there) != identity(&fstat(fd)?) {
            return Err(Errno::NOENT);
        }
    }
    Ok(path)
}

#[cfg(target_vendor = "apple")]
pub fn real_path(fd: impl AsFd) -> Result<PathBuf> {
    use std::os::unix::ffi::OsStringExt;
    let path = rustix::fs::getpath(fd)?.into_bytes();
    Ok(PathBuf::from(std::ffi::OsString::from_vec(path)))
}

/// Opens what `fd` refers to once more, for `flags`.
///
/// # Errors
/// The system's; `ENOENT` where another object has taken its place, on systems that can only ask by path.
pub fn again(fd: impl AsFd, flags: OFlags) -> Result<OwnedFd> {
    let flags = flags | OFlags::CLOEXEC | OFlags::NONBLOCK | OFlags::NOCTTY;
    let opened = openat(CWD, itself(fd.as_fd())?, flags, Mode::empty())?;
    if identity(&fstat(&opened)?) != identity(&fstat(fd)?) {
        return Err(Errno::NOENT);
    }
    Ok(opened)
}
