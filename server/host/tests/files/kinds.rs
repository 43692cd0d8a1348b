//! Kinds of files that block or never end, and modes.

use crate::support::*;
use mcp_v8_sandbox::Code;
use mcp_v8_sandbox::host_call::file::{FileCall, FileKind, OpenFlags};
use rustix::fs::{CWD, FileType, Mode, mknodat};
use std::os::unix::fs::PermissionsExt;

#[test]
fn a_pipe_a_socket_and_a_device_are_seen_and_not_opened() {
    let world = World::new();
    let pipe = world.path("root/pipe");
    mknodat(CWD, &pipe, FileType::Fifo, Mode::from_raw_mode(0o600), 0).unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(world.path("root/socket")).unwrap();
    let mut kinds = vec![("pipe", FileKind::Fifo), ("socket", FileKind::Socket)];
    let zero = rustix::fs::makedev(1, 5);
    let (path, mode) = (world.path("root/zero"), Mode::from_raw_mode(0o666));
    // Only root may make one.
    match mknodat(CWD, &path, FileType::CharacterDevice, mode, zero) {
        Ok(()) => kinds.push(("zero", FileKind::CharacterDevice)),
        Err(why) => eprintln!("no device is tested: {why}"),
    }
    let run = world.run();
    for (name, kind) in kinds {
        assert_eq!(run.facts(name, true).kind, kind);
        let flags = [OpenFlags::READ, OpenFlags::WRITE, OpenFlags::APPEND];
        for error in flags.map(|flags| run.refusal(open(name, flags))) {
            assert_eq!(error.errno.as_deref(), Some("EACCES"), "{name}");
            assert!(error.message.contains("pipes, sockets and devices"), "{}", error.message);
        }
        assert_eq!(run.errno(read(name)), "EACCES", "{name}");
        assert_eq!(run.errno(copy(name, "copy")), "EACCES", "{name}");
        assert_eq!(run.errno(chmod(name, 0o600)), "EACCES", "{name}");
    }
    assert_eq!(run.text("good"), "good");
}

#[test]
fn what_is_made_is_for_the_server_alone_and_no_mode_gives_more_rights_than_files_have() {
    let world = World::new();
    let run = world.run();
    run.done(write("file", "x"));
    run.done(mkdir("dir", false));
    let mode = |name: &str| {
        world.path(&format!("root/{name}")).metadata().unwrap().permissions().mode() & 0o7777
    };
    assert_eq!((mode("file"), mode("dir")), (0o600, 0o700));
    let setuid = |path: &str| FileCall::Write {
        path: path.to_owned(),
        bytes: vec![],
        flags: OpenFlags::WRITE,
        mode: Some(0o6700),
    };
    run.done(setuid("setuid"));
    assert_eq!(mode("setuid"), 0o700);
    for bad in [0o4755, 0o2755, 0o1777] {
        let error = run.refusal(chmod("file", bad));
        assert_eq!(error.errno.as_deref(), Some("EPERM"));
        assert_eq!(error.code, Some(Code::DeniedPolicy));
    }
    run.done(chmod("file", 0o640));
    assert_eq!(mode("file"), 0o640);
}

#[test]
fn what_is_mounted_beneath_a_root_is_not_part_of_it() {
    for world in [World::new(), World::new().step_by_step()] {
        let inside = world.path("root/mounted");
        std::fs::create_dir(&inside).unwrap();
        let Some(_mount) = crate::quotas::Tmpfs::mount(&inside) else { return };
        std::fs::write(inside.join("file"), "x").unwrap();
        let run = world.run();
        assert_eq!(run.errno(read("mounted/file")), "EACCES");
        assert_eq!(run.errno(read("mounted")), "EACCES");
        assert_eq!(run.text("good"), "good");
    }
}
