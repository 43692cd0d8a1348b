//! States to be kept, and a place that outlives the servers in it.

use super::server::Server;
use serde_json::Value;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A row of the tables in `tests/state`; their columns are explained there.
#[derive(Debug)]
pub struct Shape {
    pub name: String,
    pub setup: Vec<String>,
    pub check: String,
    /// What `check` gives once the state was restored, and while it is live.
    pub expected: Value,
    pub warm: Value,
    pub lost: Vec<String>,
}

/// All rows.
pub fn shapes() -> Vec<Shape> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/state");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("the tables")
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|ending| ending == "toml"))
        .collect();
    files.sort();
    files.iter().flat_map(|file| table(file)).collect()
}

fn table(file: &Path) -> Vec<Shape> {
    let text = std::fs::read_to_string(file).expect("a table is readable");
    let table: toml::Table =
        text.parse().unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let rows = table["shape"].as_array().expect("rows");
    rows.iter().map(|row| shape(row.as_table().expect("a row"))).collect()
}

fn shape(row: &toml::Table) -> Shape {
    let text = |key: &str| row.get(key).and_then(toml::Value::as_str).map(str::to_owned);
    let list = |key: &str| match row.get(key) {
        Some(toml::Value::Array(all)) => {
            all.iter().map(|one| one.as_str().expect("a text").to_owned()).collect()
        }
        Some(one) => vec![one.as_str().expect("a text").to_owned()],
        None => Vec::new(),
    };
    let name = text("name").expect("a name");
    let json = |text: String| {
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}: {text}"))
    };
    let expected: Value = json(text("expected").expect("what is expected"));
    let warm = text("warm").map_or_else(|| expected.clone(), &json);
    let (setup, lost) = (list("setup"), list("lost"));
    Shape { setup, check: text("check").expect("a check"), expected, warm, lost, name }
}

impl Shape {
    /// Its name as a session's.
    pub fn id(&self) -> String {
        self.name.chars().map(|one| if one.is_ascii_alphanumeric() { one } else { '_' }).collect()
    }

    /// What is wrong with how a check ended.
    pub fn judge_result(&self, how: &str, ended: &Value, warm: bool) -> Option<String> {
        let wanted = if warm { &self.warm } else { &self.expected };
        let right = ended["status"] == "completed" && ended["result"] == *wanted;
        (!right).then(|| {
            let error = &ended["error"]["message"];
            format!("{} ({how}): {} {error}, wanted {wanted}", self.name, ended["result"])
        })
    }

    /// What is wrong with what a run says is lost: each wanted entry, and nothing else. A lone `*` is some entry.
    pub fn judge_lost(&self, how: &str, ended: &Value) -> Option<String> {
        let none = Vec::new();
        if self.lost.iter().any(|wanted| wanted.starts_with('*')) {
            let some = ended["lost"].as_array().is_some_and(|said| !said.is_empty());
            return (!some).then(|| format!("{} ({how}): nothing is lost: {ended}", self.name));
        }
        let said = ended["lost"].as_array().unwrap_or(&none);
        let fits = |wanted: &String, said: &Value| {
            let (name, why) = wanted.split_once(": ").unwrap_or((wanted, ""));
            let reason = said["reason"].as_str().unwrap_or_default();
            said["name"] == name && reason.contains(why)
        };
        let all = self.lost.iter().all(|wanted| said.iter().any(|one| fits(wanted, one)));
        let right = all && said.len() == self.lost.len() && ended["status"] == "completed";
        (!right).then(|| {
            let error = &ended["error"]["message"];
            format!("{} ({how}): lost is {said:?} {error}, wanted {:?}", self.name, self.lost)
        })
    }
}

/// A directory for the state of one server after the other.
pub struct Place(TempDir);

impl Place {
    pub fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary directory"))
    }

    pub fn path(&self) -> PathBuf {
        self.0.path().join("state")
    }

    /// A server whose state is here.
    pub fn start(&self, settings: &[&str]) -> Server {
        self.start_by(&super::server::binary(), settings)
    }

    /// The same with another program.
    pub fn start_by(&self, program: &str, settings: &[&str]) -> Server {
        self.start_as(std::process::Command::new(program), settings)
    }

    /// The same by a command, which becomes the program.
    pub fn start_as(&self, mut command: std::process::Command, settings: &[&str]) -> Server {
        command.stdin(std::process::Stdio::null());
        let path = self.path().display().to_string();
        let home = tempfile::tempdir().expect("a temporary directory");
        Server::start_by(command, home, settings, &["--directory-path", &path])
    }
}
