//! The system calls a running isolate needs, and no others: anything else fails with EPERM, on every thread.
//!
//! EPERM and not a kill: a library that asks for something optional goes on without it, and a script never notices.

use seccompiler::{
    BackendError, BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition,
    SeccompFilter, SeccompRule, TargetArch,
};
use std::collections::BTreeMap;

/// The filter could not be built or installed.
#[derive(Debug, thiserror::Error)]
pub enum SeccompError {
    #[error("building the filter: {0}")]
    Build(#[from] BackendError),
    #[error("installing the filter: {0}")]
    Install(#[from] seccompiler::Error),
}

/// Installs the filter on all threads of this process.
pub fn apply() -> Result<(), SeccompError> {
    // The stricter of two filters wins, so this one stands under the other, which lets clone3 through.
    let unknown = BTreeMap::from([(libc::SYS_clone3, Vec::new())]);
    install(unknown, SeccompAction::Allow, SeccompAction::Errno(libc::ENOSYS as u32))?;
    install(rules()?, SeccompAction::Errno(libc::EPERM as u32), SeccompAction::Allow)
}

fn install(
    rules: BTreeMap<i64, Vec<SeccompRule>>,
    otherwise: SeccompAction,
    matching: SeccompAction,
) -> Result<(), SeccompError> {
    let arch = TargetArch::try_from(std::env::consts::ARCH)?;
    let program: BpfProgram = SeccompFilter::new(rules, otherwise, matching, arch)?.try_into()?;
    seccompiler::apply_filter_all_threads(&program)?;
    Ok(())
}

/// Memory, threads, time, and the descriptors that are already open.
const ALLOWED: &[libc::c_long] = &[
    // The wire and the reactor.
    libc::SYS_read,
    libc::SYS_readv,
    libc::SYS_pread64,
    libc::SYS_write,
    libc::SYS_writev,
    libc::SYS_recvfrom,
    libc::SYS_recvmsg,
    libc::SYS_sendto,
    libc::SYS_sendmsg,
    libc::SYS_ppoll,
    libc::SYS_epoll_create1,
    libc::SYS_epoll_ctl,
    libc::SYS_epoll_pwait,
    libc::SYS_epoll_pwait2,
    libc::SYS_eventfd2,
    libc::SYS_close,
    libc::SYS_fstat,
    libc::SYS_lseek,
    // Memory. V8 makes code pages writable and executable in turn, with protection keys where there are any.
    libc::SYS_brk,
    libc::SYS_mmap,
    libc::SYS_munmap,
    libc::SYS_mremap,
    libc::SYS_mprotect,
    libc::SYS_madvise,
    libc::SYS_pkey_alloc,
    libc::SYS_pkey_free,
    libc::SYS_pkey_mprotect,
    libc::SYS_membarrier,
    // Threads: waiting, ending, asking about themselves.
    libc::SYS_futex,
    libc::SYS_set_robust_list,
    libc::SYS_rseq,
    libc::SYS_sched_yield,
    libc::SYS_sched_getaffinity,
    libc::SYS_getpid,
    libc::SYS_gettid,
    libc::SYS_getcpu,
    libc::SYS_getrusage,
    libc::SYS_exit,
    libc::SYS_exit_group,
    libc::SYS_restart_syscall,
    // Signals of their own: aborts and crash handlers.
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sigaltstack,
    // Time and randomness.
    libc::SYS_clock_gettime,
    libc::SYS_clock_getres,
    libc::SYS_clock_nanosleep,
    libc::SYS_nanosleep,
    libc::SYS_gettimeofday,
    libc::SYS_getrandom,
];

/// Older names of allowed calls that this architecture still has.
#[cfg(target_arch = "x86_64")]
const ALLOWED_HERE: &[libc::c_long] = &[
    libc::SYS_poll,
    libc::SYS_epoll_wait,
    libc::SYS_epoll_create,
    libc::SYS_time,
    libc::SYS_arch_prctl,
];
#[cfg(not(target_arch = "x86_64"))]
const ALLOWED_HERE: &[libc::c_long] = &[];

fn rules() -> Result<BTreeMap<i64, Vec<SeccompRule>>, BackendError> {
    let always = ALLOWED.iter().chain(ALLOWED_HERE).map(|call| (*call, Vec::new()));
    let mut rules: BTreeMap<i64, Vec<SeccompRule>> = always.collect();
    // Threads yes, processes no. clone3 takes its flags from memory, out of a filter's sight: it is "unknown" to the
    // filter below this one, and libc falls back to clone.
    rules.insert(libc::SYS_clone3, Vec::new());
    let threads = libc::CLONE_THREAD as u64;
    rules.insert(libc::SYS_clone, vec![masked(0, threads, threads)?]);
    // A signal to itself only: abort() and the like.
    let own = u64::from(std::process::id());
    rules.insert(libc::SYS_tgkill, vec![SeccompRule::new(vec![equal(0, own)?])?]);
    // Names of mappings; nothing else of prctl.
    rules.insert(libc::SYS_prctl, vec![SeccompRule::new(vec![equal(0, 0x5356_4d41)?])?]);
    // Non-blocking mode and descriptor flags.
    let fcntl = [libc::F_GETFL, libc::F_SETFL, libc::F_GETFD, libc::F_SETFD];
    let fcntl: Result<Vec<_>, BackendError> =
        fcntl.iter().map(|command| SeccompRule::new(vec![equal(1, *command as u64)?])).collect();
    rules.insert(libc::SYS_fcntl, fcntl?);
    Ok(rules)
}

fn equal(argument: u8, value: u64) -> Result<SeccompCondition, BackendError> {
    SeccompCondition::new(argument, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, value)
}

fn masked(argument: u8, mask: u64, value: u64) -> Result<SeccompRule, BackendError> {
    let condition = SeccompCondition::new(
        argument,
        SeccompCmpArgLen::Qword,
        SeccompCmpOp::MaskedEq(mask),
        value,
    )?;
    SeccompRule::new(vec![condition])
}
