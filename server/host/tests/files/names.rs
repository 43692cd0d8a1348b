//! Odd names, and directories too large for one answer.

use crate::support::*;
use mcp_v8_sandbox::host_call::file::{FileCall, FileKind, PAGE_ENTRIES_MAX, PATH_BYTES_MAX};
use std::collections::HashSet;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

#[test]
fn a_name_that_no_file_can_have_is_an_error_and_a_strange_one_works() {
    let world = World::new();
    let run = world.run();
    for (path, errno) in [
        ("".to_owned(), "ENOENT"),
        ("good\0".to_owned(), "EINVAL"),
        ("good\0/../../outside/secret".to_owned(), "EINVAL"),
        ("x".repeat(256), "ENAMETOOLONG"),
        ("x/".repeat(PATH_BYTES_MAX / 2), "ENAMETOOLONG"),
        (format!("{}good", "./".repeat(PATH_BYTES_MAX)), "ENAMETOOLONG"),
    ] {
        assert_eq!(run.errno(read(&path)), errno);
        assert_eq!(run.errno(write(&path, "x")), errno);
        assert_eq!(run.errno(mkdir(&path, true)), errno);
    }
    for name in ["a\nb", "a b", "-rf", "ü", "\u{202e}x", "good (deleted)", "'", "..."] {
        run.done(write(name, name));
        assert_eq!(run.text(name), name);
    }
    assert_eq!(run.text(&format!("{}good", "./".repeat(1000))), "good");
}

#[test]
fn a_name_that_is_not_utf_8_is_listed_and_cannot_be_opened() {
    let world = World::new();
    let name = OsStr::from_bytes(b"bad\xff");
    std::fs::write(world.path("root").join(name), SECRET).unwrap();
    world.link(name, "root/link");
    let run = world.run();
    let (entries, _) = run.entries(".");
    let names: HashSet<_> = entries.iter().map(|entry| entry.name.as_str()).collect();
    assert_eq!(names, HashSet::from(["good", "link", "bad\u{fffd}"]));
    assert_eq!(run.errno(read("bad\u{fffd}")), "ENOENT");
    // Its real path is no text that a policy could judge.
    assert_eq!(run.errno(read("link")), "EILSEQ");
}

#[test]
fn a_directory_of_100_000_entries_comes_in_pages() {
    let world = World::new();
    let many = world.path("root/many");
    std::fs::create_dir(&many).unwrap();
    let file = many.join("0");
    std::fs::write(&file, "").unwrap();
    for at in 1..100_000 {
        // Links are quicker to make than files; a file has at most 65,000 on ext4.
        match at % 50_000 {
            0 => std::fs::write(many.join(at.to_string()), "").unwrap(),
            _ => std::fs::hard_link(
                many.join((at / 50_000 * 50_000).to_string()),
                many.join(at.to_string()),
            )
            .unwrap(),
        }
    }
    let run = world.run();
    let (entries, pages) = run.entries("many");
    assert_eq!(pages, 100_000 / PAGE_ENTRIES_MAX);
    let names: HashSet<_> = entries.iter().map(|entry| &entry.name).collect();
    assert_eq!((entries.len(), names.len()), (100_000, 100_000));
    assert!(entries.iter().all(|entry| entry.kind == FileKind::File));
    // All of its handles are closed by themselves: as many directories as handles can be open.
    for _ in 0..20 {
        assert_eq!(run.entries(".").1, 1);
    }
    let first = run.done(FileCall::ReadDir { path: "many".to_owned() });
    assert!(matches!(
        first,
        mcp_v8_sandbox::host_call::file::FileAnswer::Entries { ref entries, more: Some(_) }
            if entries.len() == PAGE_ENTRIES_MAX
    ));
}
