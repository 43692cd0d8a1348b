//! The jail, tried from inside.

use crate::harness::eventually;
use crate::harness::server::{Server, binary};
use std::process::Command;

#[test]
fn every_forbidden_system_call_is_refused_inside_the_jail() {
    let probe =
        Command::new(binary()).args(["worker", "--probe-jail"]).output().expect("the probe runs");
    let text = String::from_utf8_lossy(&probe.stdout);
    assert!(probe.status.success(), "{text}");
    let refused = text.lines().filter(|line| line.starts_with("refused ")).count();
    assert!(refused > 30 && !text.contains("ALLOWED"), "{text}");
}

#[test]
fn a_worker_has_no_environment_no_files_and_no_privileges_to_gain() {
    let server = Server::small();
    server.run("1");
    let workers = server.workers();
    assert!(!workers.is_empty());
    for worker in workers {
        let field = |name: &str| {
            let status =
                std::fs::read_to_string(format!("/proc/{worker}/status")).expect("its status");
            status
                .lines()
                .find_map(|line| line.strip_prefix(name))
                .map(str::trim)
                .map(str::to_owned)
        };
        // A spare worker may just be starting; it gets no run before its jail is closed.
        eventually("the jail is closed", || {
            (field("Seccomp:").as_deref() == Some("2")).then_some(())
        });
        assert_eq!(field("NoNewPrivs:").as_deref(), Some("1"));
        let environment =
            std::fs::read(format!("/proc/{worker}/environ")).expect("its environment");
        let environment = String::from_utf8_lossy(&environment).into_owned();
        let mut names: Vec<&str> = environment
            .split('\0')
            .filter_map(|one| one.split_once('='))
            .map(|(name, _)| name)
            .collect();
        names.sort_unstable();
        assert_eq!(names, ["LANG", "TZ"]);
        let limits = std::fs::read_to_string(format!("/proc/{worker}/limits")).expect("its limits");
        let core = limits
            .lines()
            .find(|line| line.starts_with("Max core file size"))
            .expect("a core limit");
        assert_eq!(core.split_whitespace().nth(4), Some("0"), "{core}");
    }
}
