//! Between fork and exec: descriptors, limits, and a bond with the parent. Only async-signal-safe calls, no memory.

use std::io;
use std::os::fd::RawFd;

/// Limits the kernel keeps for a worker.
#[derive(Clone, Copy, Debug)]
pub struct KernelLimits {
    /// `RLIMIT_DATA`: private writable memory, bytes. Never `RLIMIT_AS`: V8 reserves far more than it uses.
    pub data_bytes: u64,
    /// Open descriptors.
    pub descriptors: u64,
    /// Bytes a file may grow to; none for a worker.
    pub file_bytes: u64,
}

/// What the child does before it becomes the worker.
#[derive(Clone, Copy, Debug)]
pub struct Child {
    /// Becomes [`crate::WIRE_FD`]; -1 for none.
    pub wire: RawFd,
    /// Becomes [`crate::BASE_FD`].
    pub base: RawFd,
    /// `cgroup.procs` of the worker's cgroup; -1 for none.
    pub cgroup: RawFd,
    pub limits: KernelLimits,
    /// Process id of the server.
    pub parent: libc::pid_t,
}

/// Makes a command do all this in its child.
pub fn before_exec(command: &mut tokio::process::Command, child: Child) {
    // SAFETY: `prepare` makes only async-signal-safe calls and allocates nothing.
    unsafe { command.pre_exec(move || child.prepare()) };
}

impl Child {
    /// Runs in the child. An error makes the spawn fail in the parent.
    pub fn prepare(&self) -> io::Result<()> {
        // First of all, so that its memory is counted there.
        self.join_cgroup()?;
        self.descriptors()?;
        self.resources()?;
        self.bond()
    }

    fn join_cgroup(&self) -> io::Result<()> {
        if self.cgroup < 0 {
            return Ok(());
        }
        // SAFETY: write is async-signal-safe; the byte is static. `0` means the process that writes.
        let written = unsafe { libc::write(self.cgroup, b"0".as_ptr().cast(), 1) };
        if written == 1 { Ok(()) } else { Err(io::Error::last_os_error()) }
    }

    /// Both descriptors in their places, everything else closed at exec.
    fn descriptors(&self) -> io::Result<()> {
        // Away from the places first, so that neither overwrites the other.
        let base = duplicate(self.base)?;
        let wire = if self.wire < 0 { None } else { Some(duplicate(self.wire)?) };
        if let Some(wire) = wire {
            place(wire, crate::WIRE_FD)?;
        }
        place(base, crate::BASE_FD)?;
        close_at_exec_from(crate::BASE_FD + 1);
        Ok(())
    }

    fn resources(&self) -> io::Result<()> {
        limit(libc::RLIMIT_CORE as _, 0)?;
        limit(libc::RLIMIT_DATA as _, self.limits.data_bytes)?;
        limit(libc::RLIMIT_NOFILE as _, self.limits.descriptors)?;
        limit(libc::RLIMIT_FSIZE as _, self.limits.file_bytes)
    }

    /// Own process group (a Ctrl-C is for the server), and no life after the server.
    fn bond(&self) -> io::Result<()> {
        // SAFETY: setpgid, prctl and getppid are async-signal-safe and touch no memory.
        unsafe {
            check(libc::setpgid(0, 0))?;
            #[cfg(target_os = "linux")]
            {
                check(libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL))?;
                // The server may have died before the line above.
                if libc::getppid() != self.parent {
                    return Err(io::Error::from_raw_os_error(libc::ESRCH));
                }
                first_to_go();
            }
        }
        Ok(())
    }
}

/// When the machine runs out of memory, the kernel takes workers and not the server. Best effort.
#[cfg(target_os = "linux")]
fn first_to_go() {
    // SAFETY: open, write and close are async-signal-safe; the strings are static.
    unsafe {
        let file =
            libc::open(c"/proc/self/oom_score_adj".as_ptr(), libc::O_WRONLY | libc::O_CLOEXEC);
        if file >= 0 {
            let _ = libc::write(file, b"1000".as_ptr().cast(), 4);
            libc::close(file);
        }
    }
}

fn duplicate(fd: RawFd) -> io::Result<RawFd> {
    // SAFETY: fcntl is async-signal-safe; the descriptor is the caller's.
    check(unsafe { libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 10) })
}

/// Without close-on-exec: that is what dup2 is for.
fn place(fd: RawFd, target: RawFd) -> io::Result<()> {
    // SAFETY: dup2 is async-signal-safe.
    check(unsafe { libc::dup2(fd, target) }).map(drop)
}

#[cfg(target_os = "linux")]
pub(super) fn close_at_exec_from(first: RawFd) {
    let flags = libc::CLOSE_RANGE_CLOEXEC as libc::c_long;
    // SAFETY: the system call only sets flags. Kernels before 5.11 lack it; descriptors of this program are
    // close-on-exec from the start, so this is a second wall.
    unsafe {
        libc::syscall(
            libc::SYS_close_range,
            first as libc::c_long,
            libc::c_long::from(i32::MAX),
            flags,
        )
    };
}

#[cfg(not(target_os = "linux"))]
fn close_at_exec_from(_first: RawFd) {}

#[cfg(target_os = "linux")]
type Resource = libc::__rlimit_resource_t;
#[cfg(not(target_os = "linux"))]
type Resource = libc::c_int;

fn limit(resource: Resource, value: u64) -> io::Result<()> {
    let mut known = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: getrlimit and setrlimit are async-signal-safe and read or write exactly the struct given.
    unsafe {
        check(libc::getrlimit(resource, &mut known))?;
        // A harder limit that is there already stays.
        let value = (value as libc::rlim_t).min(known.rlim_max);
        let wanted = libc::rlimit { rlim_cur: value, rlim_max: value };
        check(libc::setrlimit(resource, &wanted)).map(drop)
    }
}

fn check(result: libc::c_int) -> io::Result<libc::c_int> {
    if result < 0 { Err(io::Error::last_os_error()) } else { Ok(result) }
}
