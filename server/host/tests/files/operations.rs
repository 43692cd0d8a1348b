//! What scripts do with files every day, and the errors they know from Node.

use crate::support::*;
use mcp_v8_sandbox::host_call::file::{FileAnswer, FileCall, FileKind, OpenFlags, Remove};
use mcp_v8_settings::RootMode;

fn path_of(answer: FileAnswer) -> String {
    match answer {
        FileAnswer::Path(path) => path,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_file_is_written_appended_to_and_read_whole_and_in_part() {
    let world = World::new();
    let run = world.run();
    assert_eq!(run.done(write("f", "hello")), FileAnswer::Count(5));
    let (path, bytes, flags) = ("f".to_owned(), b" world".to_vec(), OpenFlags::APPEND);
    run.done(FileCall::Write { path, bytes, flags, mode: None });
    assert_eq!(run.text("f"), "hello world");
    let part = FileCall::Read { path: "f".to_owned(), offset: 6, length: Some(3) };
    assert_eq!(run.done(part), FileAnswer::Bytes(b"wor".to_vec()));
    run.done(FileCall::Truncate { path: "f".to_owned(), size: 5 });
    assert_eq!(run.text("f"), "hello");
    let facts = run.facts("f", true);
    assert_eq!((facts.kind, facts.size, facts.links), (FileKind::File, 5, 1));
    let times = FileCall::SetTimes {
        path: "f".to_owned(),
        accessed_ms: -1500,
        modified_ms: 1_700_000_000_123,
        follow: true,
    };
    run.done(times);
    let facts = run.facts("f", true);
    assert_eq!((facts.accessed_ms, facts.modified_ms), (-1500, 1_700_000_000_123));
}

#[test]
fn messages_have_the_form_of_node() {
    let world = World::new();
    let run = world.run();
    let message = |call| run.refusal(call).message;
    let missing = "ENOENT: no such file or directory";
    assert_eq!(message(read("nope")), format!("{missing}, open 'nope'"));
    assert_eq!(message(rename("nope", "b")), format!("{missing}, rename 'nope' -> 'b'"));
    assert_eq!(message(mkdir("good", false)), "EEXIST: file already exists, mkdir 'good'");
    assert_eq!(message(read(".")), "EISDIR: illegal operation on a directory, open '.'");
    let list = FileCall::ReadDir { path: "good".to_owned() };
    assert_eq!(message(list), "ENOTDIR: not a directory, scandir 'good'");
    run.done(mkdir("d/e", true));
    assert_eq!(message(remove("d", Remove::EmptyDir)), "ENOTEMPTY: directory not empty, rmdir 'd'");
    assert_eq!(run.errno(remove("d", Remove::File)), "EISDIR");
    assert_eq!(run.errno(read("good/x")), "ENOTDIR");
    let new = OpenFlags { exclusive: true, ..OpenFlags::WRITE };
    assert_eq!(run.errno(open("good", new)), "EEXIST");
    assert_eq!(run.text("good"), "good", "an exclusive open does not empty a file");
}

#[test]
fn handles_read_and_write_anywhere_and_end_with_the_run() {
    let world = World::new();
    let mut run = world.run();
    let both = OpenFlags { read: true, ..OpenFlags::WRITE };
    let handle = run.handle("f", both);
    let write_at = |offset, bytes: &[u8]| FileCall::WriteAt { handle, offset, bytes: bytes.into() };
    run.done(write_at(2, b"cd"));
    run.done(write_at(0, b"ab"));
    let read_at = |offset| FileCall::ReadAt { handle, offset, length: 3 };
    assert_eq!(run.done(read_at(1)), FileAnswer::Bytes(b"bcd".to_vec()));
    assert_eq!(run.done(read_at(9)), FileAnswer::Bytes(vec![]));
    // Unlinked while open: the handle is the file, whatever becomes of the name.
    run.done(remove("f", Remove::File));
    run.done(write("f", "other"));
    assert_eq!(run.done(read_at(0)), FileAnswer::Bytes(b"abc".to_vec()));
    run.done(FileCall::SyncHandle { handle });
    run.done(FileCall::Close { handle });
    assert_eq!(run.errno(read_at(0)), "EBADF");
    assert_eq!(run.errno(FileCall::Close { handle }), "EBADF");
    let handle = run.handle("good", OpenFlags::READ);
    let write = FileCall::WriteAt { handle, offset: 0, bytes: vec![0] };
    assert_eq!(run.errno(write), "EBADF", "opened for reading");
    let held = |name: &str| {
        let links = std::fs::read_dir("/proc/self/fd").unwrap();
        let path = world.path(name);
        links
            .filter(|link| {
                std::fs::read_link(link.as_ref().unwrap().path()).is_ok_and(|found| found == path)
            })
            .count()
    };
    assert_eq!(held("root/good"), 1);
    drop(run.files.take());
    assert_eq!(held("root/good"), 0, "closed with the run");
}

#[test]
fn directories_links_and_copies_behave_as_in_node() {
    let world = World::new();
    let run = world.run();
    run.done(mkdir("a/b/c", true));
    run.done(mkdir("a/b/c", true));
    assert_eq!(run.errno(mkdir("x/y", false)), "ENOENT");
    assert_eq!(run.errno(mkdir("good", true)), "EEXIST");
    run.done(symlink("../good", "a/link"));
    assert_eq!(run.facts("a/link", false).kind, FileKind::Symlink);
    assert_eq!(run.facts("a/link", true).kind, FileKind::File);
    let link = "a/link".to_owned();
    let real = run.done(FileCall::RealPath { path: link.clone() });
    assert_eq!(path_of(real), world.at("root/good"));
    assert_eq!(path_of(run.done(FileCall::ReadLink { path: link })), "../good");
    run.done(copy("a/link", "copy"));
    assert_eq!(run.text("copy"), "good");
    run.done(copy("good", "good"));
    assert_eq!(run.text("good"), "good", "a file copied onto itself is not emptied");
    run.done(rename("copy", "a/moved"));
    assert_eq!(run.text("a/moved"), "good");
    assert_eq!(run.errno(read("copy")), "ENOENT");
    let temporary = run.done(FileCall::MakeTempDir { prefix: "tmp-".to_owned() });
    assert_eq!(path_of(temporary.clone()).len(), "tmp-".len() + 6);
    assert_eq!(run.facts(&path_of(temporary), true).mode, 0o700);
    let access = |path: &str| FileCall::Access {
        path: path.to_owned(),
        read: true,
        write: true,
        execute: false,
    };
    run.done(access("good"));
    assert_eq!(run.errno(access("nope")), "ENOENT");
    let (path, what) = ("nope".to_owned(), Remove::Tree);
    run.done(FileCall::Remove { path, what, force: true });
    // A link to what is not there: writing makes it, as it does everywhere.
    world.link("new", "root/dangling");
    run.done(write("dangling", "made"));
    assert_eq!(run.text("new"), "made");
}

#[test]
fn nothing_changes_in_a_root_for_reading() {
    let mut world = World::new();
    world.root("fixed", RootMode::Read);
    std::fs::write(world.path("fixed/file"), "fixed").unwrap();
    let (file, new) = (world.at("fixed/file"), world.at("fixed/new"));
    // Through a root that can be written, but by its real path in the other.
    world.root("root/inner", RootMode::Read);
    std::fs::write(world.path("root/inner/file"), "inner").unwrap();
    let run = world.run();
    let changes = [
        write(&new, "x"),
        write(&file, "x"),
        open(&file, OpenFlags::APPEND),
        mkdir(&new, true),
        mkdir(&new, false),
        remove(&file, Remove::Tree),
        rename(&file, &new),
        rename("good", &new),
        copy(&file, &new),
        symlink("file", &new),
        chmod(&file, 0o777),
        FileCall::Truncate { path: file.clone(), size: 0 },
        FileCall::MakeTempDir { prefix: new.clone() },
        write("good/../inner/../inner/new", "x"),
        write("inner/file", "x"),
        mkdir("./inner/new", false),
        rename("good", "inner/good"),
    ];
    for (at, call) in changes.into_iter().enumerate() {
        let error = run.refusal(call.clone());
        let through_a_file = at == 13;
        let expected = if through_a_file { ["EROFS", "ENOTDIR"] } else { ["EROFS", "EROFS"] };
        assert!(expected.contains(&error.errno.as_deref().unwrap()), "{call:?}: {error:?}");
    }
    let error = run.refusal(write(&new, "x"));
    assert!(error.message.contains("has mode \"read\""), "{}", error.message);
    assert_eq!((run.text(&file), run.text("inner/file")), ("fixed".into(), "inner".into()));
    assert_eq!(run.errno(remove("inner", Remove::Tree)), "EROFS");
}

#[test]
fn a_file_moves_within_a_root_and_not_across() {
    let mut world = World::new();
    world.root("second", RootMode::ReadWrite);
    let second = world.at("second/file");
    let run = world.run();
    assert_eq!(run.errno(rename("good", &second)), "EXDEV");
    assert_eq!(run.errno(copy("good", &second)), "EXDEV");
    assert!(!world.path("second/file").exists());
    run.done(write(&second, run.text("good")));
    assert_eq!(run.text(&second), "good");
}
