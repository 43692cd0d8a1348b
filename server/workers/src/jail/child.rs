//! The walls around the child processes of scripts: namespaces of their own, a /proc that shows nobody else, no new
//! privileges, Landlock with what the operator lists. Not starting them: that is a keeper of `host`.
//!
//! Each function says in words what this kernel lacks, and goes on without it.

use landlock::{
    ABI, Access, AccessFs, AccessNet, BitFlags, CompatLevel, Compatible, Ruleset, RulesetAttr,
    RulesetCreatedAttr, RulesetError, RulesetStatus, Scope, path_beneath_rules,
};
use rustix::thread::UnshareFlags;
use std::io;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::Command;

/// The newest interface known here; older kernels give what they have.
const KNOWN: ABI = ABI::V6;

/// Leaves the namespaces of this process: users, mounts, System V IPC, and for what is started from here on processes;
/// without `network` also the network. Must be called before this process has a second thread.
pub fn separate(network: bool) -> Vec<String> {
    let (user, group) = (rustix::process::getuid().as_raw(), rustix::process::getgid().as_raw());
    let mut flags = UnshareFlags::NEWPID | UnshareFlags::NEWNS | UnshareFlags::NEWIPC;
    if !network {
        flags |= UnshareFlags::NEWNET;
    }
    // SAFETY: no descriptor table is shared or left; namespaces touch no memory of this process.
    let separated = unsafe { rustix::thread::unshare_unsafe(flags | UnshareFlags::NEWUSER) };
    match separated {
        Ok(()) => map("uid_map", user)
            .and_then(|()| std::fs::write("/proc/self/setgroups", "deny"))
            .and_then(|()| map("gid_map", group))
            .err()
            .map(|error| format!("user namespace: {error}"))
            .into_iter()
            .collect(),
        Err(error) => {
            let mut missing = vec![format!("user namespace: {error}")];
            // The superuser has the others without it.
            // SAFETY: as above.
            if let Err(error) = unsafe { rustix::thread::unshare_unsafe(flags) } {
                missing.push(format!("namespaces of processes, mounts and network: {error}"));
            }
            missing
        }
    }
}

/// The same number inside as outside, and no other.
fn map(file: &str, id: u32) -> io::Result<()> {
    std::fs::write(format!("/proc/self/{file}"), format!("{id} {id} 1"))
}

/// Prepares the first process of a new namespace, before it is executed: it gets a /proc of its own, because afterwards it
/// may have no right to, and none of the descriptors that whoever started the server left open. Whether it has its own
/// /proc, it sees by its own number there.
/// There is also an end to its numbers: more than `processes` can be alive for a moment, and not thousands (Linux 6.14;
/// before it, only what the keeper counts).
pub fn first(command: &mut Command, processes: u64) {
    // Numbers below 300 are used once; threads have numbers too.
    let last = processes.saturating_mul(2).saturating_add(400).to_string();
    // Before that, or without a namespace of its own, it would be the limit of the whole machine.
    let bounded = std::fs::read_to_string("/proc/sys/kernel/osrelease")
        .is_ok_and(|release| at_least(&release, (6, 14)));
    // SAFETY: only system calls, and no memory is allocated; the strings are static or made before.
    unsafe {
        command.pre_exec(move || {
            super::spawn::close_at_exec_from(3);
            let flags = libc::MS_REC | libc::MS_SLAVE;
            let none = std::ptr::null();
            libc::mount(none, c"/".as_ptr(), none, flags, none.cast());
            let flags = libc::MS_NOSUID | libc::MS_NODEV | libc::MS_NOEXEC;
            let proc = c"proc".as_ptr();
            let own = libc::getpid() == 1
                && libc::mount(proc, c"/proc".as_ptr(), proc, flags, none.cast()) == 0;
            if own && bounded {
                let limit = c"/proc/sys/kernel/pid_max".as_ptr();
                let file = libc::open(limit, libc::O_WRONLY | libc::O_CLOEXEC);
                if file >= 0 {
                    libc::write(file, last.as_ptr().cast(), last.len());
                    libc::close(file);
                }
            }
            Ok(())
        })
    };
}

/// Whether a kernel's release is this version or a later one.
fn at_least(release: &str, wanted: (u32, u32)) -> bool {
    let mut numbers = release.split(|c: char| !c.is_ascii_digit()).map(str::parse::<u32>);
    match (numbers.next(), numbers.next()) {
        (Some(Ok(major)), Some(Ok(minor))) => (major, minor) >= wanted,
        _ => false,
    }
}

/// Shuts this thread in, and all that it starts: files beneath `read` are read and executed, those beneath `write` changed
/// as well, nothing else is opened; without `network` no TCP port is bound or reached, and no abstract socket of others.
pub fn restrict(read: &[PathBuf], write: &[PathBuf], network: bool) -> Vec<String> {
    let mut missing = Vec::new();
    if let Err(error) = rustix::thread::set_no_new_privs(true) {
        missing.push(format!("no_new_privs: {error}"));
    }
    if rustix::process::getpid() == rustix::process::Pid::INIT
        && std::fs::read_link("/proc/self").ok().as_deref() != Some(std::path::Path::new("1"))
    {
        missing.push("a /proc of its own: this kernel does not let it be mounted".to_owned());
    }
    match apply(read, write, network) {
        Ok(RulesetStatus::FullyEnforced) => {}
        Ok(RulesetStatus::PartiallyEnforced) => {
            missing.push("landlock: this kernel enforces a part of it".to_owned());
        }
        Ok(RulesetStatus::NotEnforced) => missing.push("landlock: not in this kernel".to_owned()),
        Err(error) => missing.push(format!("landlock: {error}")),
    }
    missing
}

fn apply(
    read: &[PathBuf],
    write: &[PathBuf],
    network: bool,
) -> Result<RulesetStatus, RulesetError> {
    let mut rules = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(KNOWN))?;
    // Signals stay among what the child has started, whatever else it reaches.
    let mut scope = BitFlags::from(Scope::Signal);
    if !network {
        rules = rules.handle_access(AccessNet::from_all(KNOWN))?;
        scope = Scope::from_all(KNOWN);
    }
    let status = rules
        .scope(scope)?
        .create()?
        // What is not there is left out.
        .add_rules(path_beneath_rules(read, AccessFs::from_read(KNOWN)))?
        .add_rules(path_beneath_rules(write, AccessFs::from_all(KNOWN)))?
        .restrict_self()?;
    Ok(status.ruleset)
}

#[cfg(test)]
mod tests {
    use super::at_least;

    #[test]
    fn only_a_kernel_with_numbers_per_namespace_is_told_a_last_one() {
        for (release, wanted) in [
            ("6.18.44-x", true),
            ("6.14.0", true),
            ("7.0", true),
            ("6.13.9", false),
            ("5.15.0-1", false),
            ("x", false),
        ] {
            assert_eq!(at_least(release, (6, 14)), wanted, "{release}");
        }
    }
}
