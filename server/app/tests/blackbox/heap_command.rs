//! `mcp-v8 heap`: an operator looks at the states of a server that has ended, finds what is damaged, and cleans up.

use crate::harness::http;
use crate::harness::server::{Server, binary};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// A state directory, with a configuration that names it.
struct State(TempDir);

/// What a command came to.
#[derive(Debug)]
struct Done {
    code: Option<i32>,
    out: String,
    error: String,
}

impl State {
    fn new(storage: &str) -> Self {
        let home = tempfile::tempdir().expect("a temporary directory");
        let config = format!("[storage]\npath = \"state\"\n{storage}\n");
        fs::write(home.path().join("mcp-v8.toml"), config).expect("writable");
        Self(home)
    }

    fn config(&self) -> String {
        self.0.path().join("mcp-v8.toml").display().to_string()
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("state")
    }

    fn serve(&self) -> Server {
        let other = tempfile::tempdir().expect("a temporary directory");
        Server::start_in(other, &[], &["--config", &self.config()])
    }

    /// `mcp-v8 heap ARGUMENTS --config`.
    fn heap(&self, arguments: &[&str]) -> Done {
        let mut command = Command::new(binary());
        command.arg("heap").args(arguments).args(["--config", &self.config()]);
        let output = command.stdin(Stdio::null()).output().expect("it runs");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Done { code: output.status.code(), out: text(&output.stdout), error: text(&output.stderr) }
    }

    /// Lets sessions run to the end of a server; the heap after each run.
    fn run(&self, runs: &[(&str, &str)]) -> Vec<String> {
        let mut server = self.serve();
        let heaps = runs.iter().map(|(session, code)| {
            let done = server.run_in(session, code);
            done["heap"].as_str().unwrap_or_else(|| panic!("no heap: {done}")).to_owned()
        });
        let heaps = heaps.collect();
        server.signal("TERM");
        assert_eq!(server.wait(), Some(0));
        heaps
    }

    /// The file of a heap.
    fn blob(&self, id: &str) -> PathBuf {
        let tenants = fs::read_dir(self.path().join("heaps")).expect("heaps");
        let mut found =
            tenants.map(|tenant| tenant.expect("readable").path().join(&id[..2]).join(id));
        found.find(|path| path.is_file()).unwrap_or_else(|| panic!("no blob {id}"))
    }

    /// Everything there is was last used two hours ago.
    fn age(&self) {
        let path = self.path().join("mcp-v8.sqlite3");
        let shell = rusqlite::Connection::open(path).expect("the database");
        let sql = "UPDATE heap SET used_at = used_at - 7200000, created_at = created_at - 7200000;
                   UPDATE snapshot SET at = at - 7200000";
        shell.execute_batch(sql).expect("SQL");
    }
}

fn flip(path: &Path, at: usize) {
    let mut bytes = fs::read(path).expect("readable");
    bytes[at] ^= 0x10;
    fs::write(path, bytes).expect("writable");
}

#[test]
fn heaps_are_listed_with_what_keeps_them() {
    let state = State::new("");
    let mut server = state.serve();
    let first = server.run_in("s", "let x = 1")["heap"].as_str().expect("a heap").to_owned();
    let second = server.run_in("s", "x = 2")["heap"].as_str().expect("a heap").to_owned();
    let tags = json!({ "tags": { "a": "line\nfeed" } }).to_string();
    let path = format!("/api/heaps/{first}/tags");
    let set = http::send(
        &server.address,
        "PUT",
        &path,
        &[("Content-Type", "application/json")],
        tags.as_bytes(),
    );
    assert_eq!(set.status, 200);
    server.signal("TERM");
    assert_eq!(server.wait(), Some(0));
    let done = state.heap(&["ls"]);
    assert_eq!(done.code, Some(0), "{done:?}");
    let lines: Vec<&str> = done.out.lines().collect();
    assert_eq!(lines.len(), 3, "{done:?}");
    let line = |id: &str| lines.iter().find(|line| line.starts_with(id)).expect("it is listed");
    assert!(line(&first).ends_with(r#"tag "a"="line\nfeed""#), "{done:?}");
    assert!(line(&second).ends_with("session s") && line(&second).contains("local"), "{done:?}");
    let done = state.heap(&["ls", "--json", "--tenant", "local"]);
    let objects: Vec<Value> =
        done.out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let of = |id: &str| objects.iter().find(|one| one["heap"] == id).expect("it is listed");
    assert_eq!(of(&second)["parent"], json!(first));
    assert_eq!((&of(&second)["sessions"], &of(&first)["sessions"]), (&json!(["s"]), &json!([])));
    assert_eq!(of(&first)["tags"], json!({ "a": "line\nfeed" }));
    assert_eq!(of(&first)["stored_bytes"], fs::metadata(state.blob(&first)).expect("a file").len());
    let nobody = state.heap(&["ls", "--json", "--tenant", "nobody"]);
    assert_eq!((nobody.code, nobody.out.as_str()), (Some(0), ""));
}

#[test]
fn a_flipped_byte_a_missing_blob_and_an_orphan_are_found() {
    let state = State::new("");
    let heaps = state.run(&[("a", "let a = 1"), ("b", "let b = 2"), ("c", "let c = 3")]);
    let good = state.heap(&["verify", "--all"]);
    assert_eq!((good.code, good.out.as_str()), (Some(0), "3 good, 0 bad, 0 orphans\n"), "{good:?}");
    let blob = state.blob(&heaps[0]);
    let size = fs::metadata(&blob).expect("a file").len() as usize;
    for at in [0, 20, size / 2, size - 1] {
        flip(&blob, at);
        let done = state.heap(&["verify", "--all"]);
        assert_eq!(done.code, Some(1), "{done:?}");
        let lines: Vec<&str> = done.out.lines().collect();
        let refusal = format!("refused {} of tenant \"local\": ", heaps[0]);
        assert!(lines.len() == 2 && lines[0].starts_with(&refusal), "byte {at}: {done:?}");
        assert_eq!(lines[1], "2 good, 1 bad, 0 orphans");
        flip(&blob, at);
    }
    let named = state.heap(&["verify", &heaps[0], &heaps[1]]);
    assert_eq!((named.code, named.out.as_str()), (Some(0), "2 good, 0 bad, 0 orphans\n"));
    // Another heap in its place, as whole as it is, is refused too.
    let bytes = fs::read(&blob).expect("readable");
    fs::copy(state.blob(&heaps[1]), &blob).expect("writable");
    assert_eq!(state.heap(&["verify", &heaps[0]]).code, Some(1));
    fs::write(&blob, &bytes).expect("writable");
    // A blob under a name that no heap has.
    let orphan = format!("{}{}", &heaps[0][..2], "0".repeat(62));
    fs::copy(&blob, blob.with_file_name(&orphan)).expect("writable");
    let done = state.heap(&["verify", "--all"]);
    assert_eq!(done.code, Some(0), "an orphan is no loss: {done:?}");
    assert!(done.out.starts_with("orphan ") && done.out.contains(&orphan), "{done:?}");
    fs::remove_file(&blob).expect("removable");
    let done = state.heap(&["verify", "--all"]);
    assert_eq!(done.code, Some(1));
    assert!(done.out.contains(&format!("missing {} of tenant", heaps[0])), "{done:?}");
    assert!(done.out.ends_with("2 good, 1 bad, 1 orphans\n"), "{done:?}");
    let unknown = state.heap(&["verify", &"ab".repeat(32)]);
    assert!(unknown.code == Some(1) && unknown.out.starts_with("unknown abab"), "{unknown:?}");
}

#[test]
fn a_collection_removes_what_the_configuration_does_not_keep_and_says_so_before() {
    let state = State::new("max_heaps_per_session = 2");
    let codes = ["let n = 1", "n = 2", "n = 3", "n = 4", "n = 5"];
    let heaps = state.run(&codes.map(|code| ("s", code)));
    let young = state.heap(&["gc", "--dry-run"]);
    assert_eq!(young.out, "would remove 0 heaps and 0 orphans, 0 bytes\n", "within their grace");
    state.age();
    let orphan =
        state.blob(&heaps[4]).with_file_name(format!("{}{}", &heaps[4][..2], "0".repeat(62)));
    fs::copy(state.blob(&heaps[4]), &orphan).expect("writable");
    let would = state.heap(&["gc", "--dry-run"]);
    assert_eq!(would.code, Some(0), "{would:?}");
    assert!(would.out.contains("would remove 3 heaps and 1 orphans"), "{would:?}");
    for (at, heap) in heaps.iter().enumerate() {
        assert_eq!(would.out.contains(&format!("heap {heap} ")), at < 3, "{at}: {would:?}");
    }
    assert!(orphan.is_file() && state.blob(&heaps[0]).is_file(), "nothing has gone");
    assert_eq!(state.heap(&["gc", "--dry-run"]).out, would.out);
    let done = state.heap(&["gc"]);
    assert_eq!((done.code, done.out.as_str()), (Some(0), "removed 3 heaps and 1 orphans\n"));
    assert!(!orphan.exists());
    assert_eq!(state.heap(&["verify", "--all"]).out, "2 good, 0 bad, 0 orphans\n");
    assert_eq!(state.heap(&["gc"]).out, "removed 0 heaps and 0 orphans\n");
    let server = state.serve();
    assert_eq!(server.run_in("s", "n")["result"], 5, "the session goes on");
    assert_eq!(server.post("/api/exec", &json!({ "code": "n", "heap": heaps[0] })).status, 404);
}

#[test]
fn what_cannot_be_looked_at_is_said_with_what_to_do() {
    let state = State::new("");
    let none = state.heap(&["ls"]);
    assert!(none.code == Some(66) && none.error.contains("storage.path"), "{none:?}");
    assert!(!state.path().exists(), "looking makes nothing");
    let server = state.serve();
    for arguments in [&["ls"][..], &["verify", "--all"], &["gc"], &["gc", "--dry-run"]] {
        let busy = state.heap(arguments);
        assert_eq!(busy.code, Some(75), "{arguments:?}: {busy:?}");
        assert!(busy.error.contains("Stop it first") && busy.out.is_empty(), "{busy:?}");
    }
    assert_eq!(server.run("1 + 1")["result"], 2, "the server goes on");
    drop(server);
    assert_eq!(state.heap(&["ls"]).code, Some(0));
    for wrong in
        [&["verify"][..], &["verify", "../x"], &["verify", "--all", &"ab".repeat(32)], &["gc", "x"]]
    {
        assert_eq!(state.heap(wrong).code, Some(2), "{wrong:?}");
    }
    fs::rename(state.path().join("keys"), state.path().join("old")).expect("renamable");
    let keyless = state.heap(&["verify", "--all"]);
    assert!(keyless.code == Some(66) && keyless.error.contains("put it back"), "{keyless:?}");
    assert!(!state.path().join("keys").exists(), "no new keys in the place of lost ones");
    let nothing = State::new("kind = \"none\"");
    assert_eq!(nothing.heap(&["ls"]).code, Some(78));
}
