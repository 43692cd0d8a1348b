//! E40 and promise P3: the kernel bounds a whole worker by a cgroup of its own. The first test needs root and cgroup v2
//! with the memory and pids controllers; elsewhere it says so and tries nothing, unless `MCP_V8_CGROUP=required`.
//! `vm-tests/cgroups` runs it under a kernel that has them.

use crate::harness::eventually;
use crate::harness::server::{Server, binary};
use std::collections::HashSet;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const ROOT: &str = "/sys/fs/cgroup";

/// A delegated cgroup, as a service manager makes one.
struct Delegated(PathBuf);

impl Delegated {
    fn make() -> io::Result<Self> {
        // Opened and never made: elsewhere the directory may be a plain one.
        let controllers = format!("{ROOT}/cgroup.subtree_control");
        let mut file = fs::OpenOptions::new().write(true).open(controllers)?;
        file.write_all(b"+memory +pids")?;
        let path = Path::new(ROOT).join(format!("mcp-v8-test-{}", std::process::id()));
        fs::create_dir(&path)?;
        let flags = rustix::fs::XattrFlags::empty();
        rustix::fs::setxattr(&path, "trusted.delegate", b"1", flags)?;
        Ok(Self(path))
    }

    /// A server that begins in it, or in the leaf of it.
    fn server(&self, leaf: &str, settings: &[&str]) -> Server {
        let mut command = Command::new("sh");
        command.args(["-c", "echo $$ > \"$0/cgroup.procs\" && exec \"$@\""]);
        command.arg(self.0.join(leaf)).arg(binary()).stdin(Stdio::null());
        let home = tempfile::tempdir().expect("a temporary directory");
        let settings = [settings, &["workers.cgroup=required", "storage.kind=none"]].concat();
        Server::start_by(command, home, &settings, &[])
    }

    /// Names of the workers' leaves.
    fn leaves(&self) -> HashSet<String> {
        let entries = fs::read_dir(&self.0).expect("it is there");
        let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        names.filter(|name| name.starts_with("worker-")).collect()
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.0.join(path)).expect("it can be read").trim().to_owned()
    }
}

impl Drop for Delegated {
    fn drop(&mut self) {
        let _ = fs::write(self.0.join("cgroup.kill"), "1");
    }
}

/// Last part of the path of a process's cgroup; `None` once it has ended.
fn leaf_of(id: u32) -> Option<String> {
    let text = fs::read_to_string(format!("/proc/{id}/cgroup")).ok()?;
    let path = text.lines().find_map(|line| line.strip_prefix("0::"))?;
    path.rsplit('/').next().map(str::to_owned)
}

#[test]
fn a_worker_that_its_cgroup_kills_costs_its_run_and_leaves_no_cgroup_behind() {
    let delegated = match Delegated::make() {
        Ok(delegated) => delegated,
        Err(error) => {
            let required =
                std::env::var_os("MCP_V8_CGROUP").is_some_and(|value| value == "required");
            assert!(!required, "no cgroup v2 with memory and pids to delegate: {error}");
            eprintln!("not tried: no cgroup v2 with memory and pids to delegate: {error}");
            return;
        }
    };
    let settings = [
        "limits.heap_memory_max_mb=64",
        "limits.array_buffer_mb=64",
        "workers.cgroup_memory_mb=128",
        "workers.cgroup_tasks=50",
    ];
    let mut server = delegated.server("", &settings);
    let within = server.run("new Uint8Array(40 << 20).fill(1).length");
    assert_eq!(within["result"], 40 << 20, "{within}");
    assert_eq!(leaf_of(server.id()).as_deref(), Some("supervisor"));
    let own = eventually("each worker has its own", || {
        let ids = server.workers();
        let own: HashSet<String> = ids.iter().filter_map(|id| leaf_of(*id)).collect();
        (own.len() == ids.len() && own == delegated.leaves()).then_some(own)
    });
    for leaf in &own {
        assert_eq!(delegated.read(&format!("{leaf}/memory.max")), (128 << 20).to_string());
        assert_eq!(delegated.read(&format!("{leaf}/pids.max")), "50");
    }
    // Heap and buffers each stay within their limits of 64 MiB; with what the parser takes the process does not.
    let bomb = "const buffers = Array.from({ length: 15 }, () => new Uint8Array(4 << 20).fill(1));
        const heap = Array.from({ length: 40 }, () => new Array(1 << 17).fill(0.5));
        eval('[' + '1,'.repeat(2e6) + ']').length";
    let ended = server.run(bomb);
    assert_eq!(ended["error"]["code"], "limit.memory", "{ended}");
    let message = ended["error"]["message"].as_str().expect("text");
    assert!(message.contains("128 MB, workers.cgroup_memory_mb"), "{message}");
    server.oracle("a worker killed by its cgroup");
    let all_alive = || {
        let own: HashSet<String> = server.workers().into_iter().filter_map(leaf_of).collect();
        (own == delegated.leaves()).then_some(())
    };
    eventually("every leaf has a worker in it", all_alive);

    server.signal("KILL");
    server.wait();
    let left = delegated.leaves();
    assert!(!left.is_empty(), "a killed server removes nothing");
    let marker = delegated.0.join("worker-999");
    fs::create_dir(&marker).expect("a leaf of a former server");
    let next = delegated.server("supervisor", &settings);
    assert_eq!(next.run("1")["result"], 1);
    assert!(!marker.exists(), "leftovers are removed at start");
}

#[test]
fn a_server_without_a_cgroup_to_divide_says_what_is_missing_and_works() {
    let server = Server::start(&["log.format=text"]);
    assert_eq!(server.run("1")["result"], 1);
    let log = server.stderr();
    let without = log.lines().filter(|line| line.contains("workers have no cgroup of their own"));
    let without: Vec<&str> = without.collect();
    if without.is_empty() {
        assert!(log.contains("each worker has a cgroup of its own"), "{log}");
        return;
    }
    assert!(without.len() == 1 && without[0].contains("INFO") && without[0].contains("missing="));
    let mut required = Command::new(binary());
    required.args(["--http-port", "0", "--set", "storage.kind=none"]);
    required.args(["--set", "workers.cgroup=required"]);
    let ended = required.output().expect("it runs");
    let text = String::from_utf8_lossy(&ended.stderr);
    assert!(!ended.status.success() && text.contains("workers.cgroup is \"required\""), "{text}");
    let off = Server::start(&["workers.cgroup=off"]);
    assert!(!off.stderr().contains("cgroup"), "{}", off.stderr());
}
