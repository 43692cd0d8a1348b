//! What becomes of sessions when the server is replaced, the disk is full, or what was stored is not what it was; and
//! what `sessions.checkpoint = "idle"` keeps. Not crashes: `state_crash`.

use crate::harness::eventually;
use crate::harness::server::{Server, binary};
use crate::harness::state::Place;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

const IDLE: &[&str] = &["sessions.checkpoint=idle", "sessions.max_live=1"];

/// The files of stored states.
fn blobs(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() { found.extend(blobs(&path)) } else { found.push(path) }
    }
    found
}

fn blob_of(place: &Place, heap: &str) -> PathBuf {
    let found = blobs(&place.path().join("heaps"));
    let is = |path: &&PathBuf| path.display().to_string().replace('/', "").contains(&heap[4..]);
    found.iter().find(is).unwrap_or_else(|| panic!("no file of {heap} in {found:?}")).clone()
}

#[test]
fn another_engine_opens_the_sessions_of_the_one_before() {
    let place = Place::new();
    let mut first = place.start(&[]);
    first.run_in(
        "s",
        "let n = 1; class C { m() { return n } } const c = new C(), f = ((k) => () => k)(5)",
    );
    first.signal("TERM");
    first.wait();
    // The engine's id is a hash of the program: a byte more is another one.
    let upgraded = tempfile::tempdir().expect("a temporary directory");
    let program = upgraded.path().join("mcp-v8");
    fs::copy(binary(), &program).expect("it can be copied");
    let mut file = OpenOptions::new().append(true).open(&program).expect("it can be written");
    file.write_all(b"\n").expect("a byte more");
    drop(file);
    let second = place.start_by(&program.display().to_string(), &[]);
    let next = second.run_in("s", "n++; [n, c.m(), f()]");
    assert_eq!(next["result"], serde_json::json!([2, 2, 5]), "{next}");
    assert!(next["lost"].is_null(), "values are kept whole: {next}");
}

#[test]
fn a_missing_or_flipped_state_is_an_error_and_never_a_fresh_start() {
    let place = Place::new();
    let server = place.start(&["sessions.max_live=1"]);
    let missing = server.run_in("missing", "var n = 1");
    let flipped = server.run_in("flipped", "var n = 2");
    server.run_in("other", "var n = 3");
    let path = |run: &serde_json::Value| blob_of(&place, run["heap"].as_str().expect("a heap"));
    fs::remove_file(path(&missing)).expect("it can be removed");
    let file = path(&flipped);
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).expect("it is ours");
    let mut bytes = fs::read(&file).expect("it can be read");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&file, bytes).expect("it can be written");
    for (session, code) in [("missing", "error.storage"), ("flipped", "error.snapshot_untrusted")] {
        // Twice: it does not heal into an empty session.
        for _ in 0..2 {
            let run = server.run_in(session, "typeof n");
            assert_eq!(
                (&run["error"]["code"], &run["result"]),
                (&code.into(), &().into()),
                "{run}"
            );
        }
    }
    assert_eq!(server.run_in("other", "++n")["result"], 4);
    assert_eq!(server.run_in("new", "typeof n")["result"], "undefined");
}

#[test]
fn an_idle_session_is_saved_when_it_makes_room_and_when_the_server_ends() {
    let place = Place::new();
    let mut server = place.start(IDLE);
    let run = server.run_in("evicted", "var n = 1, f = ((k) => () => ++k)(1)");
    assert!(run["heap"].is_null(), "nothing is saved after the run: {run}");
    server.run_in("evicted", "n++; f()");
    server.run_in("drained", "var n = 10");
    let evicted = server.run_in("evicted", "[n, f()]");
    assert_eq!(evicted["result"], serde_json::json!([2, 3]), "{evicted}");
    assert!(evicted["lost"].is_null(), "{evicted}");
    server.signal("TERM");
    server.wait();
    let server = place.start(IDLE);
    assert_eq!(server.run_in("drained", "n")["result"], 10);
    assert_eq!(server.run_in("evicted", "[n, f()]")["result"], serde_json::json!([2, 4]));
}

#[test]
fn an_idle_session_is_saved_when_it_expires_and_a_crash_takes_the_runs_since() {
    let place = Place::new();
    let mut server = place.start(&["sessions.checkpoint=idle", "sessions.idle_ttl_secs=1"]);
    server.run_in("s", "var n = 1");
    eventually("it expires", || (server.get("/readyz").json()["live_sessions"] == 0).then_some(()));
    let run = server.run_in("s", "n += 1");
    assert_eq!(run["result"], 2, "{run}");
    server.signal("KILL");
    server.wait();
    let server = place.start(IDLE);
    assert_eq!(server.run_in("s", "n")["result"], 1, "the run since the last save is gone");
}

/// A file system of a few MB; `None` where this process may not mount one.
struct Small(PathBuf);

impl Small {
    fn mount(at: &Path) -> Option<Self> {
        fs::create_dir_all(at).expect("it can be made");
        let done = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=6m", "tmpfs"])
            .arg(at)
            .output()
            .is_ok_and(|done| done.status.success());
        done.then(|| Self(at.to_owned()))
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).output();
    }
}

fn random_text(server: &Server, session: &str, megabytes: u32) -> serde_json::Value {
    let code = format!(
        "var big = Array.from({{ length: {megabytes} * 16 }}, () => crypto.getRandomValues(new Uint8Array(65536))); n += 1"
    );
    server.run_in(session, &code)
}

#[test]
fn a_full_disk_is_error_storage_and_what_was_stored_stays() {
    let place = Place::new();
    let Some(_small) = Small::mount(&place.path().join("heaps")) else {
        eprintln!("skipped: this process may not mount a file system");
        return;
    };
    let server = place.start(&["sessions.max_live=1"]);
    server.run_in("s", "var n = 1");
    let full = random_text(&server, "s", 16);
    assert_eq!(full["error"]["code"], "error.storage", "{full}");
    // The state is live still; once its worker is gone, the session goes on from what is stored.
    server.run_in("other", "var n = 0");
    let cold = server.run_in("s", "n");
    assert_eq!(cold["result"], 1, "{cold}");
    let next = server.run_in("s", "n += 10");
    assert_eq!((&next["status"], &next["result"]), (&"completed".into(), &11.into()), "{next}");
}
