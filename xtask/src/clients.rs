//! Black-box tests with clients: other people's of MCP, our own of REST, and schemathesis. Not the tests themselves: those
//! are in server/app/tests/clients and clients/.
//!
//! A folder of clients is copied to the cache, where its npm packages and a Python environment are installed, so that the
//! repository stays clean and a second run installs nothing. The program is `run.py` of that copy, run in it.

mod copy;
mod generated;
mod npm;
mod rust;
mod schemathesis;
mod typescript;

use crate::cargo::{is_installed, watch};
use crate::python;
use crate::steps::{Steps, Verdict};
use crate::tally::Tally;
use crate::workspace::Workspace;
use anyhow::{Context, Result, bail};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

/// The MCP SDK.
const REQUIREMENTS: &str = include_str!("../../server/app/tests/clients/requirements.txt");

/// Builds mcp-v8, or takes the one that `MCP_V8_BIN` names, and runs the clients against it; `generate` writes what is
/// generated of the REST clients anew.
pub fn command(workspace: &Workspace, arguments: &[String]) -> Result<ExitCode> {
    match arguments {
        [] => {}
        [verb] if verb == "generate" => {
            generated::write(workspace)?;
            return Ok(ExitCode::SUCCESS);
        }
        other => bail!("clients takes nothing or generate, not {}", other.join(" ")),
    }
    let mut tally = Tally::default();
    let mut steps = Steps::default();
    let mut binary = None;
    steps.run("build", || {
        let named = std::env::var_os("MCP_V8_BIN").map(PathBuf::from);
        binary = Some(named.map_or_else(|| crate::build::binary(workspace), Ok)?);
        Ok(Verdict::Passed)
    });
    add_steps(workspace, &mut steps, binary.as_deref(), &mut tally);
    let code = steps.finish();
    println!("{tally}");
    Ok(code)
}

/// The clients of MCP, what is generated, the clients of REST, and schemathesis; all run even if one fails.
pub fn add_steps(
    workspace: &Workspace,
    steps: &mut Steps,
    binary: Option<&Path>,
    tally: &mut Tally,
) {
    type Part = fn(&Workspace, &Path, &mut Tally) -> Result<Verdict>;
    let parts: [(&'static str, Part); 5] = [
        ("clients", run),
        ("generated clients", |workspace, _, _| generated::check(workspace)),
        ("rust client", rust::run),
        ("typescript client", typescript::run),
        ("schemathesis", schemathesis::run),
    ];
    for (name, part) in parts {
        steps.run(name, || {
            part(workspace, binary.context("there is no binary: see the step build")?, tally)
        });
    }
}

/// Prepares the clients of MCP, runs them against `binary` and adds their total to `tally`.
fn run(workspace: &Workspace, binary: &Path, tally: &mut Tally) -> Result<Verdict> {
    if let Some(skipped) = without(&["npm", "python3"])? {
        return Ok(skipped);
    }
    let directory = node(workspace)?;
    let python = python::install(&directory, REQUIREMENTS, "the Python MCP SDK")?;

    let modules = directory.join("node_modules");
    let mut clients = Command::new(&python);
    clients.arg(directory.join("run.py")).current_dir(&directory);
    clients.env("MCP_V8_BIN", binary).env("REPOSITORY", workspace.root());
    clients.env("PYTHON", &python).env("NODE", modules.join("node/bin/node"));
    // First, because the packages' own programs start `node`, and the system's may be too old for them.
    clients.env("PATH", path_with(&modules.join("node/bin"))?);
    clients.env("INSPECTOR", modules.join(".bin/mcp-inspector"));
    clients.env("CONFORMANCE", modules.join(".bin/conformance"));
    let mut total = Tally::default();
    let ended = watch(&mut clients, |line| {
        println!("{line}");
        total.replace_by_total_line(line);
    });
    tally.add(total);
    ended.map(|()| Verdict::Passed)
}

/// Installs the packages of the MCP clients, Node.js among them, in the cache; the folder there.
fn node(workspace: &Workspace) -> Result<PathBuf> {
    let sources = workspace.root().join("server/app/tests/clients");
    let directory = workspace.cache().join("clients");
    copy::folder(&sources, &directory)
        .with_context(|| format!("cannot copy {} to {}", sources.display(), directory.display()))?;
    npm::install(&sources, &directory)?;
    Ok(directory)
}

/// The verdict where one of these programs is not installed; `None` where all are.
fn without(programs: &[&'static str]) -> Result<Option<Verdict>> {
    let missing: Vec<_> = programs.iter().copied().filter(|name| !is_installed(name)).collect();
    if missing.is_empty() {
        return Ok(None);
    }
    missing_programs(&missing, std::env::var("CI").is_ok_and(|ci| ci == "true")).map(Some)
}

/// The search path with a directory in front.
fn path_with(first: &Path) -> Result<OsString> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let directories = std::iter::once(first.to_owned()).chain(std::env::split_paths(&path));
    std::env::join_paths(directories).context("the cache directory cannot be part of PATH")
}

/// Nothing to run the clients with: a pity on a laptop, a failure on a CI machine, which is there to run them.
fn missing_programs(missing: &[&str], is_ci: bool) -> Result<Verdict> {
    let why = format!(
        "not installed: {}; the black-box clients need npm and python3",
        missing.join(", ")
    );
    if is_ci {
        bail!("{why} (CI=true, so this is a failure)");
    }
    Ok(Verdict::Skipped(why))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_python_package_is_pinned_to_one_version() {
        crate::python::tests::assert_pinned(REQUIREMENTS, "mcp");
    }

    #[test]
    fn without_npm_the_clients_are_skipped_on_a_laptop_and_fail_on_a_ci_machine() {
        let skipped = missing_programs(&["npm"], false).expect("it is no failure");
        assert!(matches!(skipped, Verdict::Skipped(why) if why.contains("npm")));
        assert!(missing_programs(&["npm", "python3"], true).is_err());
    }
}
