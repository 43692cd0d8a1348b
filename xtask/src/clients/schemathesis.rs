//! schemathesis, which makes requests of every kind from the OpenAPI document: the built server must answer none of them
//! with a failure of its own or in a way the document does not name. Once for everybody, once where there is
//! authentication: without a token, and with one.

use super::without;
use crate::cargo::watch;
use crate::python;
use crate::steps::Verdict;
use crate::tally::Tally;
use crate::workspace::Workspace;
use anyhow::Result;
use std::path::Path;
use std::process::Command;

/// schemathesis and all that it pulls in.
const REQUIREMENTS: &str = include_str!("schemathesis/requirements.txt");

/// Prepares it, runs it against `binary` and adds its three runs to `tally`.
pub fn run(workspace: &Workspace, binary: &Path, tally: &mut Tally) -> Result<Verdict> {
    if let Some(skipped) = without(&["python3"])? {
        return Ok(skipped);
    }
    let directory = workspace.cache().join("schemathesis");
    let python = python::install(&directory, REQUIREMENTS, "schemathesis")?;
    let mut runs = Command::new(&python);
    runs.arg(workspace.root().join("xtask/src/clients/schemathesis/run.py"));
    runs.current_dir(&directory).env("MCP_V8_BIN", binary);
    let mut own = Tally::default();
    let ended = watch(&mut runs, |line| {
        println!("{line}");
        own.replace_by_total_line(line);
    });
    tally.add(own);
    ended.map(|()| Verdict::Passed)
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_python_package_is_pinned_to_one_version() {
        crate::python::tests::assert_pinned(super::REQUIREMENTS, "schemathesis");
    }
}
