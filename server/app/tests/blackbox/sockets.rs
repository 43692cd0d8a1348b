//! Socket activation: sd_listen_fds(3). The shell plays the service manager.

use crate::harness::server::{Server, binary};
use std::net::TcpListener;
use std::os::fd::OwnedFd;
use std::process::{Command, Stdio};

/// The program with this socket as descriptor 3, told of it or not.
fn with_socket(socket: &TcpListener, told: bool) -> Command {
    let socket: OwnedFd = socket.try_clone().expect("a descriptor").into();
    let tell = if told { "LISTEN_PID=$$ LISTEN_FDS=1 LISTEN_FDNAMES=http " } else { "" };
    let mut command = Command::new("sh");
    let script = format!("exec 3<&0 </dev/null; {tell}exec \"$0\" \"$@\"");
    command.args(["-c", &script]).arg(binary()).stdin(Stdio::from(socket));
    command
}

fn start(command: Command) -> Server {
    let home = tempfile::tempdir().expect("a temporary directory");
    Server::start_by(command, home, &[], &["--set", "storage.kind=none"])
}

#[test]
fn a_socket_that_the_service_manager_opened_is_served() {
    let socket = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = socket.local_addr().expect("an address").to_string();
    let server = start(with_socket(&socket, true));
    assert_eq!(server.address, address);
    assert_eq!(server.run("6 * 7")["result"], 42);
    // No worker holds it: not open, not even by another number.
    let workers = server.workers();
    assert!(!workers.is_empty());
    let theirs = |id: &u32| -> Vec<String> {
        let entries = std::fs::read_dir(format!("/proc/{id}/fd")).expect("root sees it");
        let targets = entries.filter_map(|entry| std::fs::read_link(entry.ok()?.path()).ok());
        targets.map(|target| target.display().to_string()).collect()
    };
    let own = std::fs::read_link(format!("/proc/{}/fd/3", server.id())).expect("it is open");
    let own = own.display().to_string();
    assert!(own.starts_with("socket:"), "{own}");
    for id in &workers {
        assert!(!theirs(id).contains(&own), "{id}");
    }
    // Without the variables a descriptor is nothing.
    let other = start(with_socket(&socket, false));
    assert_ne!(other.address, address);
    assert_eq!(other.run("1")["result"], 1);
}

#[test]
fn a_passed_socket_that_cannot_be_served_is_refused_with_the_reason() {
    let refused = |address: &str, arguments: &[&str]| {
        let socket = TcpListener::bind(address).expect("a free port");
        let mut command = with_socket(&socket, true);
        command.args(["--set", "storage.kind=none"]).args(arguments);
        let ended = command.output().expect("it runs");
        assert!(!ended.status.success());
        String::from_utf8_lossy(&ended.stderr).into_owned()
    };
    let public = refused("0.0.0.0:0", &["--http-port", "0"]);
    assert!(public.contains("allow_public_without_auth"), "{public}");
    let unused = refused("127.0.0.1:0", &[]);
    assert!(unused.contains("no [transport.http]"), "{unused}");
}
