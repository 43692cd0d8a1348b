//! Every folder of tests/specs: its runs, in one session, write exactly expected.txt and end as spec.toml says, over
//! stdio and over HTTP. `UPDATE=1` rewrites expected.txt from what HTTP shows.

use crate::harness::{Run, Server, stdio};
use serde::Deserialize;
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};

/// Sessions hold a worker each: few, so that the suite fits a small machine.
const SETTINGS: &[&str] = &["sessions.max_live=4", "workers.ready=1"];

/// spec.toml.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    /// JSON text of the last run's value, or `undefined`.
    result: Option<String>,
    /// The last run's value, where JSON cannot say it.
    result_text: Option<String>,
    /// How the last run fails. Without it, it has to complete.
    error: Option<ExpectedError>,
    /// Numbers of earlier runs that have to fail.
    #[serde(default)]
    failing_runs: Vec<usize>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ExpectedError {
    code: String,
    message_contains: Option<String>,
    line: Option<u32>,
    column: Option<u32>,
}

struct Spec {
    name: String,
    folder: PathBuf,
    runs: Vec<String>,
    expected: Expected,
}

fn folder() -> PathBuf {
    Path::new(file!()).parent().map(|it| it.join("../specs")).filter(|path| path.is_dir()).unwrap_or_else(|| {
        // Cargo runs tests in the folder of their package; file!() is relative to that of the workspace.
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/specs")
    })
}

fn specs() -> Vec<Spec> {
    let mut folders: Vec<PathBuf> =
        fs::read_dir(folder()).expect("tests/specs").map(|entry| entry.expect("a folder").path()).collect();
    folders.sort();
    let only = std::env::var("SPEC").unwrap_or_default();
    folders.into_iter().map(read).filter(|spec| spec.name.contains(&only)).collect()
}

fn read(folder: PathBuf) -> Spec {
    let name = folder.file_name().and_then(|name| name.to_str()).expect("a plain name").to_owned();
    let source = |stem: &str| {
        let texts = ["js", "ts", "tsx"].map(|end| fs::read_to_string(folder.join(format!("{stem}.{end}"))).ok());
        texts.into_iter().flatten().next()
    };
    let runs: Vec<String> = match source("main") {
        Some(main) => vec![main],
        None => (1..).map_while(|number| source(&number.to_string())).collect(),
    };
    assert!(!runs.is_empty(), "{name} has neither main.js nor 1.js");
    let text = fs::read_to_string(folder.join("spec.toml")).unwrap_or_default();
    let expected = toml::from_str(&text).unwrap_or_else(|error| panic!("{name}/spec.toml: {error}"));
    Spec { name, folder, runs, expected }
}

impl Spec {
    /// Runs it and says what differs.
    fn check(&self, update: bool, mut exec: impl FnMut(&str, Value) -> Run) -> Result<(), String> {
        let mut output = String::new();
        let mut last = None;
        for (index, code) in self.runs.iter().enumerate() {
            let run = exec(code, json!({ "session": self.name }));
            output.push_str(run.output());
            let should_fail = match index + 1 == self.runs.len() {
                true => self.expected.error.is_some(),
                false => self.expected.failing_runs.contains(&(index + 1)),
            };
            if should_fail != (run.status() != "completed") {
                return Err(format!("run {}: {run}", index + 1));
            }
            last = Some(run);
        }
        let file = self.folder.join("expected.txt");
        if update {
            fs::write(&file, &output).map_err(|error| error.to_string())?;
        }
        let expected = fs::read_to_string(&file).unwrap_or_default();
        if expected != output {
            return Err(format!("wrote\n{output}--- and not\n{expected}---"));
        }
        last.map_or(Ok(()), |run| self.expected.ending(&run))
    }
}

impl Expected {
    fn ending(&self, run: &Run) -> Result<(), String> {
        let wrong = |what: &str| Err(format!("{what}: {run}"));
        let kind = run.0["result_kind"].as_str();
        match self.result.as_deref() {
            None => {}
            Some("undefined") if run.result().is_null() && kind.is_none_or(|kind| kind == "undefined") => {}
            Some("undefined") => return wrong("the result is not undefined"),
            Some(text) => {
                let value: Value = serde_json::from_str(text).map_err(|error| format!("spec.toml: {error}"))?;
                if *run.result() != value || kind.is_some_and(|kind| kind != "json") {
                    return wrong("the result differs");
                }
            }
        }
        if let Some(text) = &self.result_text
            && (run.result().as_str() != Some(text.trim_end()) || kind.is_some_and(|kind| kind != "text"))
        {
            return wrong("the result text differs");
        }
        let Some(error) = &self.error else { return Ok(()) };
        if run.code() != error.code {
            return wrong("another code");
        }
        if error.message_contains.as_ref().is_some_and(|part| !run.message().contains(part)) {
            return wrong("another message");
        }
        let place = |name: &str, wanted: Option<u32>| wanted.is_none_or(|wanted| run.0["error"][name] == wanted);
        if !place("line", error.line) || !place("column", error.column) {
            return wrong("another place");
        }
        Ok(())
    }
}

fn all_hold(update: bool, mut exec: impl FnMut(&str, Value) -> Run) {
    let specs = specs();
    let failures: Vec<String> = specs
        .iter()
        .filter_map(|spec| spec.check(update, &mut exec).err().map(|what| format!("{}: {what}", spec.name)))
        .collect();
    assert!(failures.is_empty(), "{} of {} specs failed:\n{}", failures.len(), specs.len(), failures.join("\n\n"));
}

#[test]
fn every_spec_holds_over_http() {
    let server = Server::start(SETTINGS);
    all_hold(std::env::var("UPDATE").is_ok_and(|value| value == "1"), |code, fields| server.exec(code, fields));
    server.is_unharmed();
}

#[test]
fn every_spec_holds_over_stdio() {
    if std::env::var("UPDATE").is_ok_and(|value| value == "1") {
        return;
    }
    let mut client = stdio::Client::start(SETTINGS);
    all_hold(false, |code, arguments| client.run_js(code, arguments));
    assert!(client.close().success(), "{}", client.log());
    assert!(!client.log().contains("panicked"), "{}", client.log());
}
