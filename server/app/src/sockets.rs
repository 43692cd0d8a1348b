//! Listening sockets that the service manager opened before this program started: sd_listen_fds(3). Not what is served
//! on them.

use anyhow::Context;
use listenfd::ListenFd;
use rustix::io::{FdFlags, fcntl_setfd};
use std::net::TcpListener;

/// First of the descriptors that are passed (SD_LISTEN_FDS_START).
const FIRST: usize = 3;

/// Takes them, in their order; none when nothing was passed to this process. Must come before any thread starts: it
/// clears the variables that tell of them.
///
/// # Errors
/// One that is no listening TCP socket.
pub fn take() -> anyhow::Result<Vec<TcpListener>> {
    let mut passed = ListenFd::from_env();
    let count = passed.len();
    let take = |index: usize| {
        let listener = passed.take_tcp_listener(index).with_context(|| {
            let descriptor = FIRST + index;
            format!("descriptor {descriptor}, passed by the service manager, is no listening TCP socket (ListenStream=address:port)")
        })?;
        let listener = listener.context("a descriptor is taken once")?;
        // Whoever passed it had to clear the flag; workers must not inherit it.
        fcntl_setfd(&listener, FdFlags::CLOEXEC).context("setting close-on-exec")?;
        Ok(listener)
    };
    (0..count).map(take).collect()
}
