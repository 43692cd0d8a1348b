//! The jail of a worker: what the parent does between fork and exec, what the worker does to itself, and a probe that
//! tries every forbidden thing from inside.
//!
//! Linux: rlimits, own process group, no new privileges, Landlock with no rights at all, seccomp allow-list on every
//! thread. Elsewhere: rlimits only, and it says so.

#[cfg(target_os = "linux")]
pub mod child;
pub mod inherited;
#[cfg(target_os = "linux")]
mod landlock;
#[cfg(target_os = "linux")]
mod probe;
#[cfg(target_os = "linux")]
mod seccomp;
pub mod spawn;

/// How much the server insists on the jail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JailMode {
    /// Everything this kernel has; a warning names what it lacks.
    Auto,
    /// Everything, or the server does not start.
    Required,
    /// None of what the worker does to itself: for debuggers only.
    Off,
}

impl JailMode {
    /// As the worker's argument.
    pub fn as_str(self) -> &'static str {
        match self {
            JailMode::Auto => "auto",
            JailMode::Required => "required",
            JailMode::Off => "off",
        }
    }
}

/// Closes what must be closed before V8 starts its threads: they inherit it. Returns what this kernel lacks.
#[cfg(target_os = "linux")]
pub fn enter() -> Vec<String> {
    let mut missing = Vec::new();
    if let Err(error) = rustix::thread::set_no_new_privs(true) {
        missing.push(format!("no_new_privs: {error}"));
    }
    // No core file and no ptrace from a process of the same user.
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
    missing.extend(landlock::restrict());
    missing
}

/// Closes the rest, on every thread, once V8 is up. Returns what this kernel lacks.
#[cfg(target_os = "linux")]
pub fn seal() -> Vec<String> {
    seccomp::apply().err().map(|error| format!("seccomp: {error}")).into_iter().collect()
}

#[cfg(target_os = "linux")]
pub use probe::{Attempt, attempts};

/// Other systems have no jail of ours.
#[cfg(not(target_os = "linux"))]
pub fn enter() -> Vec<String> {
    vec!["this system has neither Landlock nor seccomp: workers are separate processes with resource limits only".into()]
}

/// Other systems have no jail of ours.
#[cfg(not(target_os = "linux"))]
pub fn seal() -> Vec<String> {
    Vec::new()
}
