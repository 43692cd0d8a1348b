//! The TypeScript client: compiled, then its own tests against the built server. In the cache, so that the repository
//! stays clean.

use super::generated::{install, with_node};
use super::without;
use crate::cargo::{succeed, watch};
use crate::steps::Verdict;
use crate::tally::Tally;
use crate::workspace::Workspace;
use anyhow::{Context, Result};
use std::path::Path;

/// Runs its tests against `binary` and adds their number to `tally`.
pub fn run(workspace: &Workspace, binary: &Path, tally: &mut Tally) -> Result<Verdict> {
    if let Some(skipped) = without(&["npm"])? {
        return Ok(skipped);
    }
    let directory = install(workspace)?;
    let mut compile = with_node(workspace, directory.join("node_modules/.bin/tsc"))?;
    succeed(compile.arg("--project").arg(directory.join("tsconfig.json")))
        .context("the TypeScript client does not compile")?;
    let mut test = with_node(workspace, "node".into())?;
    test.args(["--test", "--test-reporter=tap"]).current_dir(&directory);
    for name in ["sse", "client"] {
        test.arg(format!("test/{name}.test.js"));
    }
    test.env("MCP_V8_BIN", binary);
    let mut own = Tally::default();
    let ended = watch(&mut test, |line| {
        println!("{line}");
        count(line, &mut own);
    });
    tally.add(own);
    ended.map(|()| Verdict::Passed)
}

/// The totals of Node's TAP reporter.
fn count(line: &str, tally: &mut Tally) {
    let number = |name: &str| line.strip_prefix(name)?.trim().parse().ok();
    if let Some(passed) = number("# pass ") {
        tally.passed = passed;
    }
    if let Some(failed) = number("# fail ") {
        tally.failed = failed;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_totals_are_read_and_nothing_else() {
        let mut tally = Tally::default();
        for line in ["ok 1 - pass 7", "# pass 12", "# fail 3", "# passed", "# skipped 1"] {
            count(line, &mut tally);
        }
        assert_eq!(tally, Tally { passed: 12, failed: 3 });
    }
}
