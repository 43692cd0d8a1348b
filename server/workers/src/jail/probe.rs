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
    let null = std::ptr::null::<libc::c_char>();
    let path = c"/etc/passwd".as_ptr();
    let call = |what, result: libc::c_long| Attempt {
        what,
        refused: (result < 0).then(io::Error::last_os_error),
    };
    // SAFETY: raw system calls with static strings or null pointers; each is expected to be refused by the filter
    // before the kernel looks at its arguments, and none may succeed in a way that touches this process's memory.
    unsafe {
        vec![
            call("openat", libc::syscall(libc::SYS_openat, libc::AT_FDCWD, path, libc::O_RDONLY)),
            call("openat2", libc::syscall(libc::SYS_openat2, libc::AT_FDCWD, path, null, 0)),
            call(
                "socket inet",
                libc::syscall(libc::SYS_socket, libc::AF_INET, libc::SOCK_STREAM, 0),
            ),
            call(
                "socket unix",
                libc::syscall(libc::SYS_socket, libc::AF_UNIX, libc::SOCK_STREAM, 0),
            ),
            call(
                "socketpair",
                libc::syscall(libc::SYS_socketpair, libc::AF_UNIX, libc::SOCK_STREAM, 0, null),
            ),
            call("connect", libc::syscall(libc::SYS_connect, 3, null, 0)),
            call("bind", libc::syscall(libc::SYS_bind, 3, null, 0)),
            call("execve", libc::syscall(libc::SYS_execve, path, null, null)),
            call(
                "execveat",
                libc::syscall(libc::SYS_execveat, libc::AT_FDCWD, path, null, null, 0),
            ),
            call("fork by clone", libc::syscall(libc::SYS_clone, libc::SIGCHLD, 0, 0, 0, 0)),
            call("clone3", libc::syscall(libc::SYS_clone3, null, 0)),
            call("ptrace", libc::syscall(libc::SYS_ptrace, libc::PTRACE_TRACEME, 0, 0, 0)),
            call(
                "process_vm_readv",
                libc::syscall(libc::SYS_process_vm_readv, libc::getppid(), null, 0, null, 0, 0),
            ),
            call("kill the parent", libc::syscall(libc::SYS_kill, libc::getppid(), 0)),
            call(
                "tgkill the parent",
                libc::syscall(libc::SYS_tgkill, libc::getppid(), libc::getppid(), 0),
            ),
            call("pidfd_open", libc::syscall(libc::SYS_pidfd_open, libc::getppid(), 0)),
            call(
                "unlinkat",
                libc::syscall(libc::SYS_unlinkat, libc::AT_FDCWD, c"/nowhere".as_ptr(), 0),
            ),
            call(
                "mkdirat",
                libc::syscall(libc::SYS_mkdirat, libc::AT_FDCWD, c"/nowhere".as_ptr(), 0),
            ),
            call("statx", libc::syscall(libc::SYS_statx, libc::AT_FDCWD, path, 0, 0, null)),
            call(
                "readlinkat",
                libc::syscall(
                    libc::SYS_readlinkat,
                    libc::AT_FDCWD,
                    c"/proc/self/exe".as_ptr(),
                    null,
                    0,
                ),
            ),
            call("getdents64", libc::syscall(libc::SYS_getdents64, 4, null, 0)),
            call("mount", libc::syscall(libc::SYS_mount, null, path, null, 0, null)),
            call("unshare", libc::syscall(libc::SYS_unshare, libc::CLONE_NEWUSER)),
            call("setns", libc::syscall(libc::SYS_setns, 3, 0)),
            call("bpf", libc::syscall(libc::SYS_bpf, 0, null, 0)),
            call("io_uring_setup", libc::syscall(libc::SYS_io_uring_setup, 1, null)),
            call("userfaultfd", libc::syscall(libc::SYS_userfaultfd, 0)),
            call("keyctl", libc::syscall(libc::SYS_keyctl, 0, 0, 0, 0, 0)),
            call("perf_event_open", libc::syscall(libc::SYS_perf_event_open, null, 0, -1, -1, 0)),
            call("memfd_create", libc::syscall(libc::SYS_memfd_create, c"x".as_ptr(), 0)),
            call("prlimit64", libc::syscall(libc::SYS_prlimit64, 0, libc::RLIMIT_DATA, null, null)),
            call(
                "prctl dumpable",
                libc::syscall(libc::SYS_prctl, libc::PR_SET_DUMPABLE, 1, 0, 0, 0),
            ),
            call("seccomp", libc::syscall(libc::SYS_seccomp, 0, 0, null)),
            call("setuid", libc::syscall(libc::SYS_setuid, 0)),
            call("chdir", libc::syscall(libc::SYS_chdir, c"/".as_ptr())),
        ]
    }
}
