//! The descriptors a worker is started with. Taken once, at the start of the process.

use std::io;
use std::os::fd::{FromRawFd, OwnedFd, RawFd};
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicBool, Ordering};

static WIRE_TAKEN: AtomicBool = AtomicBool::new(false);
static BASE_TAKEN: AtomicBool = AtomicBool::new(false);

/// The wire to the server.
///
/// # Errors
/// When the process was not started by a server, or it was taken before.
pub fn wire() -> io::Result<UnixStream> {
    take(crate::WIRE_FD, &WIRE_TAKEN).map(UnixStream::from)
}

/// The file of the base snapshot.
///
/// # Errors
/// As for [`wire`].
pub fn base() -> io::Result<OwnedFd> {
    take(crate::BASE_FD, &BASE_TAKEN)
}

fn take(fd: RawFd, taken: &AtomicBool) -> io::Result<OwnedFd> {
    // SAFETY: fcntl only asks whether the descriptor is open.
    if unsafe { libc::fcntl(fd, libc::F_GETFD) } < 0 {
        return Err(io::Error::last_os_error());
    }
    if taken.swap(true, Ordering::SeqCst) {
        return Err(io::Error::from(io::ErrorKind::ResourceBusy));
    }
    // SAFETY: the descriptor is open, belongs to this process by the contract between server and worker, and is taken
    // only once.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}
