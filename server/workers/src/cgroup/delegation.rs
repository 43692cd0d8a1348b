//! Whether the own cgroup is this server's to divide, and taking it: this process moves into the leaf `supervisor`,
//! because a cgroup with controllers for its children may hold no processes itself.

use super::error::NoCgroup;
use super::own::Own;
use super::write;
use std::fs;
use std::io;
use std::path::Path;

/// The leaf of the server.
pub const SUPERVISOR: &str = "supervisor";

/// What workers need.
const CONTROLLERS: [&str; 2] = ["memory", "pids"];

/// Takes it.
///
/// # Errors
/// What is missing; everything is then as it was.
pub fn take(own: &Own) -> Result<(), NoCgroup> {
    check(own)?;
    let directory = &own.directory;
    let supervisor = directory.join(SUPERVISOR);
    match fs::create_dir(&supervisor) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
            return Err(NoCgroup::refused("make", supervisor)(error));
        }
        _ => {}
    }
    let me = std::process::id().to_string();
    if processes(&supervisor)?.lines().any(|id| id != me) {
        return Err(NoCgroup::Shared(supervisor));
    }
    divide(directory, &supervisor).inspect_err(|_| {
        if !own.inside {
            // Best effort: a process may always go back where no controllers are.
            let _ = enter(directory);
            let _ = fs::remove_dir(&supervisor);
        }
    })
}

/// Everything that can be seen without a change.
fn check(own: &Own) -> Result<(), NoCgroup> {
    let directory = &own.directory;
    if !directory.join("cgroup.type").exists() {
        return Err(NoCgroup::Root);
    }
    // For other users the right to write is the delegation; root may write everywhere, also where the service manager
    // alone should.
    if rustix::process::geteuid().is_root() && !own.is_root && !is_marked(directory) {
        return Err(NoCgroup::NotDelegated(directory.clone()));
    }
    let there = read(directory, "cgroup.controllers")?;
    let lacks = CONTROLLERS
        .into_iter()
        .filter(|wanted| !there.split_whitespace().any(|known| known == *wanted));
    let lacks: Vec<&str> = lacks.collect();
    if !lacks.is_empty() {
        let controllers = lacks.join(", ");
        return Err(NoCgroup::Controllers { directory: directory.clone(), controllers });
    }
    Ok(())
}

fn divide(directory: &Path, supervisor: &Path) -> Result<(), NoCgroup> {
    enter(supervisor).map_err(NoCgroup::refused("move this server into", supervisor))?;
    if !processes(directory)?.trim().is_empty() {
        return Err(NoCgroup::Shared(directory.to_owned()));
    }
    let switches = directory.join("cgroup.subtree_control");
    let wanted = CONTROLLERS.map(|name| format!("+{name}")).join(" ");
    write(&switches, &wanted).map_err(NoCgroup::refused("switch controllers on in", switches))
}

/// systemd marks what it delegates, for root in the first form.
fn is_marked(directory: &Path) -> bool {
    ["trusted.delegate", "user.delegate"].into_iter().any(|name| {
        let mut value = [0u8; 8];
        matches!(rustix::fs::getxattr(directory, name, &mut value), Ok(1) if value[0] == b'1')
    })
}

/// Moves this process, with all its threads.
fn enter(directory: &Path) -> io::Result<()> {
    write(&directory.join("cgroup.procs"), &std::process::id().to_string())
}

fn processes(directory: &Path) -> Result<String, NoCgroup> {
    read(directory, "cgroup.procs")
}

fn read(directory: &Path, name: &str) -> Result<String, NoCgroup> {
    let path = directory.join(name);
    fs::read_to_string(&path).map_err(|source| NoCgroup::Unreadable { path, source })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Files as the kernel shows them; the directory itself is plain, so what the kernel does is not tested here.
    fn fixture(files: &[(&str, &str)], is_root: bool) -> (tempfile::TempDir, Own) {
        let dir = tempfile::tempdir().expect("a temporary directory");
        for (name, text) in files {
            fs::write(dir.path().join(name), text).expect("a file");
        }
        let own = Own { directory: dir.path().to_owned(), inside: false, is_root };
        (dir, own)
    }

    #[test]
    fn what_is_missing_is_said_in_words() {
        let (_dir, root) = fixture(&[("cgroup.controllers", "memory pids")], true);
        assert!(matches!(check(&root), Err(NoCgroup::Root)));
        let (_dir, bare) =
            fixture(&[("cgroup.type", "domain"), ("cgroup.controllers", "cpu memory")], true);
        let lacks = check(&bare).expect_err("one is missing").in_words();
        assert!(lacks.ends_with("lacks the controllers pids"), "{lacks}");
        let (_dir, whole) =
            fixture(&[("cgroup.type", "domain"), ("cgroup.controllers", "cpu memory pids")], true);
        assert!(check(&whole).is_ok());
    }

    #[test]
    fn root_does_not_divide_what_the_service_manager_did_not_delegate() {
        let files = [("cgroup.type", "domain"), ("cgroup.controllers", "memory pids")];
        let (_dir, own) = fixture(&files, false);
        if rustix::process::geteuid().is_root() {
            assert!(matches!(check(&own), Err(NoCgroup::NotDelegated(_))));
            let flags = rustix::fs::XattrFlags::empty();
            rustix::fs::setxattr(&own.directory, "trusted.delegate", b"1", flags)
                .expect("root may mark it");
        }
        assert!(check(&own).is_ok());
    }

    #[test]
    fn a_cgroup_with_another_server_or_other_processes_is_left_as_it_was() {
        let files = [
            ("cgroup.type", "domain"),
            ("cgroup.controllers", "memory pids"),
            ("cgroup.procs", "1234\n"),
            ("cgroup.subtree_control", ""),
        ];
        let (dir, own) = fixture(&files, true);
        let supervisor = dir.path().join(SUPERVISOR);
        fs::create_dir(&supervisor).expect("a directory");
        fs::write(supervisor.join("cgroup.procs"), "77\n").expect("a file");
        assert!(matches!(take(&own), Err(NoCgroup::Shared(path)) if path == supervisor));
        assert_eq!(fs::read_to_string(supervisor.join("cgroup.procs")).expect("text"), "77\n");

        fs::write(supervisor.join("cgroup.procs"), "").expect("a file");
        assert!(matches!(take(&own), Err(NoCgroup::Shared(path)) if path == dir.path()));
        let read = |name: &str| fs::read_to_string(dir.path().join(name)).expect("text");
        assert_eq!(read("cgroup.subtree_control"), "");
        assert!(read("cgroup.procs").starts_with(&std::process::id().to_string()), "it went back");

        fs::write(dir.path().join("cgroup.procs"), "").expect("a file");
        fs::write(supervisor.join("cgroup.procs"), "").expect("a file");
        take(&own).expect("it is free");
        assert_eq!(read("cgroup.subtree_control"), "+memory +pids");
    }
}
