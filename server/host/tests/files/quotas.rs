//! Quotas of a run, and a full disk.

use crate::support::*;
use mcp_v8_sandbox::host_call::file::{FileCall, OpenFlags, Remove};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A small file system, where the tests may mount one.
pub struct Tmpfs(PathBuf);

impl Tmpfs {
    pub fn mount(at: &Path) -> Option<Self> {
        let mut mount = Command::new("mount");
        let mount = mount.args(["-t", "tmpfs", "-o", "size=64k", "none"]).arg(at);
        let mounted = mount.output().is_ok_and(|output| output.status.success());
        if !mounted {
            eprintln!("nothing is tested here: this user may not mount");
        }
        mounted.then(|| Self(at.to_owned()))
    }
}

impl Drop for Tmpfs {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[test]
fn a_sparse_file_of_a_tebibyte_is_not_read_whole_and_a_part_is() {
    let world = World::new();
    let file = std::fs::File::create(world.path("root/huge")).unwrap();
    file.set_len(1 << 40).unwrap();
    let run = world.run();
    let error = run.refusal(read("huge"));
    assert_eq!(error.errno.as_deref(), Some("EFBIG"));
    assert!(is_limit(&error) && error.message.contains("max_file_mb is 1"), "{error:?}");
    assert!(is_limit(&run.refusal(copy("huge", "copy"))));
    let part = FileCall::Read { path: "huge".to_owned(), offset: 1 << 39, length: Some(u64::MAX) };
    run.done(part);
    let handle = run.handle("huge", OpenFlags::READ);
    run.done(FileCall::ReadAt { handle, offset: (1 << 40) - 2, length: u64::MAX });
}

#[test]
fn a_file_does_not_grow_above_its_limit_by_any_way() {
    let world = World::new();
    let run = world.run();
    let limit = 1 << 20;
    run.done(write("full", vec![0; limit]));
    assert!(is_limit(&run.refusal(write("large", vec![0; limit + 1]))));
    assert!(!world.path("root/large").exists(), "refused before it is made");
    let (path, flags) = ("full".to_owned(), OpenFlags::APPEND);
    assert!(is_limit(&run.refusal(FileCall::Write { path, bytes: vec![0], flags, mode: None })));
    let handle = run.handle("f", OpenFlags::WRITE);
    let at = |offset| FileCall::WriteAt { handle, offset, bytes: vec![0] };
    run.done(at(limit as u64 - 1));
    for offset in [limit as u64, u64::MAX] {
        assert!(is_limit(&run.refusal(at(offset))));
    }
    let size = limit as u64 + 1;
    assert!(is_limit(&run.refusal(FileCall::TruncateHandle { handle, size })));
    assert!(is_limit(&run.refusal(FileCall::Truncate { path: "f".to_owned(), size })));
    assert_eq!(run.facts("full", true).size, limit as u64);
}

#[test]
fn what_a_run_writes_and_creates_is_counted_and_removing_gives_nothing_back() {
    let world = World::new();
    let run = world.run();
    for _ in 0..4 {
        run.done(write("f", vec![0; 1 << 20]));
        run.done(remove("f", Remove::File));
    }
    let error = run.refusal(write("f", "x"));
    assert_eq!(error.errno.as_deref(), Some("EDQUOT"));
    assert!(is_limit(&error) && error.message.contains("max_write_mb_per_run"), "{error:?}");
    assert_eq!(run.text("good"), "good");
    let next = world.run();
    next.done(write("f", "x"));
    let made = (0..).take_while(|at| next.call(mkdir(&format!("d{at}"), false)).is_ok()).count();
    assert_eq!(made, 199, "one of 200 is the file");
    for call in [write("g", ""), mkdir("a/b/c", true), symlink("good", "l"), copy("good", "c")] {
        let error = next.refusal(call);
        assert!(is_limit(&error) && error.message.contains("max_entries is 200"), "{error:?}");
    }
}

#[test]
fn a_run_has_so_many_files_open_and_no_more() {
    let world = World::new();
    let run = world.run();
    let handles: Vec<_> = (0..8).map(|_| run.handle("good", OpenFlags::READ)).collect();
    let error = run.refusal(open("good", OpenFlags::WRITE));
    assert_eq!(error.errno.as_deref(), Some("EMFILE"));
    assert!(is_limit(&error), "{error:?}");
    assert_eq!(run.text("good"), "good", "refused before the file is emptied");
    run.done(FileCall::Close { handle: handles[3] });
    run.handle("good", OpenFlags::READ);
}

#[test]
fn a_deep_tree_is_made_in_bounds_and_removed_with_few_descriptors() {
    let world = World::new();
    let run = world.run();
    let deep = "d/".repeat(150);
    run.done(mkdir(&deep, true));
    run.done(write(&format!("{deep}file"), "x"));
    assert_eq!(run.text(&format!("{deep}file")), "x");
    run.done(remove("d", Remove::Tree));
    assert!(!world.path("root/d").exists());
    assert!(is_limit(&run.refusal(mkdir(&"e/".repeat(1000), true))));
}

#[test]
fn a_full_disk_is_an_error_of_the_script() {
    let mut world = World::new();
    world.root("small", mcp_v8_settings::RootMode::ReadWrite);
    let Some(_mount) = Tmpfs::mount(&world.path("small")) else { return };
    let run = world.run();
    let path = world.at("small/f");
    assert_eq!(run.errno(write(&path, vec![1; 200_000])), "ENOSPC");
    run.done(remove(&path, Remove::File));
    run.done(write(&path, "fits"));
    assert_eq!(run.text(&path), "fits");
}
