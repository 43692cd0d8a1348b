//! Specs as folders: programs, what they print, what they come to. Each runs over stdio and over HTTP.

use crate::harness::server::Server;
use crate::harness::stdio::Client;
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};

/// What `spec.toml` says of the last program of a folder.
#[derive(Default)]
struct Expected {
    keys: toml::Table,
}

struct Spec {
    name: String,
    folder: PathBuf,
    programs: Vec<String>,
    expected: Expected,
}

fn specs() -> Vec<Spec> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/specs");
    let mut folders: Vec<PathBuf> = fs::read_dir(root)
        .expect("tests/specs")
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .collect();
    folders.sort();
    folders.into_iter().filter(|path| path.is_dir()).map(load).collect()
}

fn load(folder: PathBuf) -> Spec {
    let mut files: Vec<PathBuf> = fs::read_dir(&folder)
        .expect("a folder")
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|ending| ending == "js" || ending == "ts"))
        .collect();
    files.sort();
    let programs = files.iter().map(|path| fs::read_to_string(path).expect("a program")).collect();
    let keys = fs::read_to_string(folder.join("spec.toml")).unwrap_or_default();
    let keys = keys.parse().unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let name = folder.file_name().expect("a name").to_string_lossy().into_owned();
    Spec { name, folder, programs, expected: Expected { keys } }
}

impl Spec {
    /// [`Spec::judge`], with a failed comparison as text: one spec must not hide the others.
    fn verdict(&self, transport: &str, printed: &str, last: &Value) -> Option<String> {
        let judged = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            self.judge(transport, printed, last)
        }));
        judged
            .err()
            .map(|why| why.downcast_ref::<String>().cloned().unwrap_or_else(|| self.name.clone()))
    }

    /// Compares what the programs printed, and how the last one ended.
    fn judge(&self, transport: &str, printed: &str, last: &Value) {
        let path = self.folder.join("expected.txt");
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&path, printed).expect("expected.txt is writable");
        }
        let wanted = fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(printed, wanted, "{} over {transport}: output; it ended as {last}", self.name);
        self.expected.judge(&format!("{} over {transport}", self.name), last);
    }
}

impl Expected {
    fn judge(&self, case: &str, last: &Value) {
        let text = |key: &str| self.keys.get(key).and_then(toml::Value::as_str);
        match self.keys.get("error").and_then(toml::Value::as_table) {
            None => assert_eq!(last["status"], "completed", "{case}: {last}"),
            Some(error) => judge_error(case, error, &last["error"]),
        }
        if let Some(result) = text("result") {
            let wanted: Value = serde_json::from_str(result).expect("result is JSON text");
            assert_eq!(last["result"], wanted, "{case}");
        }
        if let Some(result) = text("result_text") {
            assert_eq!(last["result"].as_str(), Some(result), "{case}");
        }
        if self.keys.get("no_result").is_some() {
            assert!(last["result"].is_null(), "{case}: {last}");
        }
    }
}

fn judge_error(case: &str, wanted: &toml::Table, error: &Value) {
    if let Some(code) = wanted.get("code").and_then(toml::Value::as_str) {
        assert_eq!(error["code"], code, "{case}: {error}");
    }
    if let Some(part) = wanted.get("message_contains").and_then(toml::Value::as_str) {
        let message = error["message"].as_str().unwrap_or_default();
        assert!(message.contains(part), "{case}: {message}");
    }
    for key in ["line", "column"] {
        if let Some(number) = wanted.get(key).and_then(toml::Value::as_integer) {
            assert_eq!(error[key], number, "{case}: {key} of {error}");
        }
    }
}

#[test]
fn every_spec_holds_over_stdio() {
    let mut client = Client::open(&[]);
    let mut failed = Vec::new();
    for spec in specs() {
        let mut printed = String::new();
        let mut last = Value::Null;
        for code in &spec.programs {
            last = client.run(&json!({ "code": code, "session": spec.name, "wait_ms": 20_000 }));
            printed.push_str(last["output"].as_str().unwrap_or_default());
        }
        failed.extend(spec.verdict("stdio", &printed, &last));
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
    assert_eq!(client.close(), Some(0));
}

#[test]
fn every_spec_holds_over_http() {
    let server = Server::start(&[]);
    let mut failed = Vec::new();
    for spec in specs() {
        let mut printed = String::new();
        let mut last = Value::Null;
        for code in &spec.programs {
            last = server.run_in(&spec.name, code);
            printed.push_str(&server.output(&last));
        }
        failed.extend(spec.verdict("HTTP", &printed, &last));
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}
