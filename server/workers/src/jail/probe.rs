//! Tries every forbidden class of system calls from inside a closed jail and says which ones got through. For tests
//! and for operators (`mcp-v8 worker --probe-jail`); it has to be run in a process that is thrown away.

use std::io;

/// One forbidden thing and what came of trying it.
#[derive(Debug)]
pub struct Attempt {
    pub what: &'static str,
    /// `None`: it worked, which it must not.
    pub refused: Option<io::Error>,
}

/// Tries them all. Call after [`super::enter`] and [`super::seal`].
pub fn attempts() -> Vec<Attempt> {
    let path = c"/etc/passwd".as_ptr() as libc::c_long;
    let parent =
        libc::c_long::from(rustix::process::getppid().map_or(0, |id| id.as_raw_nonzero().get()));
    let here = libc::c_long::from(libc::AT_FDCWD);
    let (inet, unix, stream) =
        (i64::from(libc::AF_INET), i64::from(libc::AF_UNIX), i64::from(libc::SOCK_STREAM));
    let calls: &[(&'static str, libc::c_long, [libc::c_long; 5])] = &[
        ("openat", libc::SYS_openat, [here, path, 0, 0, 0]),
        ("openat2", libc::SYS_openat2, [here, path, 0, 0, 0]),
        ("socket inet", libc::SYS_socket, [inet, stream, 0, 0, 0]),
        ("socket unix", libc::SYS_socket, [unix, stream, 0, 0, 0]),
        ("socketpair", libc::SYS_socketpair, [unix, stream, 0, 0, 0]),
        ("connect", libc::SYS_connect, [3, 0, 0, 0, 0]),
        ("bind", libc::SYS_bind, [3, 0, 0, 0, 0]),
        ("execve", libc::SYS_execve, [path, 0, 0, 0, 0]),
        ("execveat", libc::SYS_execveat, [here, path, 0, 0, 0]),
        ("fork by clone", libc::SYS_clone, [libc::c_long::from(libc::SIGCHLD), 0, 0, 0, 0]),
        ("clone3", libc::SYS_clone3, [0, 0, 0, 0, 0]),
        ("ptrace", libc::SYS_ptrace, [0, 0, 0, 0, 0]),
        ("process_vm_readv", libc::SYS_process_vm_readv, [parent, 0, 0, 0, 0]),
        ("kill the parent", libc::SYS_kill, [parent, 0, 0, 0, 0]),
        ("tgkill the parent", libc::SYS_tgkill, [parent, parent, 0, 0, 0]),
        ("pidfd_open", libc::SYS_pidfd_open, [parent, 0, 0, 0, 0]),
        ("unlinkat", libc::SYS_unlinkat, [here, path, 0, 0, 0]),
        ("mkdirat", libc::SYS_mkdirat, [here, path, 0, 0, 0]),
        ("statx", libc::SYS_statx, [here, path, 0, 0, 0]),
        ("readlinkat", libc::SYS_readlinkat, [here, path, 0, 0, 0]),
        ("getdents64", libc::SYS_getdents64, [4, 0, 0, 0, 0]),
        ("mount", libc::SYS_mount, [0, path, 0, 0, 0]),
        ("unshare", libc::SYS_unshare, [libc::c_long::from(libc::CLONE_NEWUSER), 0, 0, 0, 0]),
        ("setns", libc::SYS_setns, [3, 0, 0, 0, 0]),
        ("bpf", libc::SYS_bpf, [0, 0, 0, 0, 0]),
        ("io_uring_setup", libc::SYS_io_uring_setup, [1, 0, 0, 0, 0]),
        ("userfaultfd", libc::SYS_userfaultfd, [0, 0, 0, 0, 0]),
        ("keyctl", libc::SYS_keyctl, [0, 0, 0, 0, 0]),
        ("perf_event_open", libc::SYS_perf_event_open, [0, 0, -1, -1, 0]),
        ("memfd_create", libc::SYS_memfd_create, [path, 0, 0, 0, 0]),
        ("prlimit64", libc::SYS_prlimit64, [0, 2, 0, 0, 0]),
        (
            "prctl dumpable",
            libc::SYS_prctl,
            [libc::c_long::from(libc::PR_SET_DUMPABLE), 1, 0, 0, 0],
        ),
        ("seccomp", libc::SYS_seccomp, [0, 0, 0, 0, 0]),
        ("setuid", libc::SYS_setuid, [0, 0, 0, 0, 0]),
        ("chdir", libc::SYS_chdir, [path, 0, 0, 0, 0]),
    ];
    calls.iter().map(|(what, number, arguments)| attempt(what, *number, *arguments)).collect()
}

fn attempt(
    what: &'static str,
    number: libc::c_long,
    [a, b, c, d, e]: [libc::c_long; 5],
) -> Attempt {
    // SAFETY: a system call with numbers, null pointers and one static string; the filter refuses it before the kernel
    // looks at its arguments, and none of them could write to this process's memory.
    let result = unsafe { libc::syscall(number, a, b, c, d, e, 0 as libc::c_long) };
    Attempt { what, refused: (result < 0).then(io::Error::last_os_error) }
}
