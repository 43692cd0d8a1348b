//! Starting cargo and other programs from here. Not what they are started for: that is in the commands.

use crate::workspace::Workspace;
use anyhow::{Context, Result, bail};
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

/// A cargo command in the repository.
pub fn cargo<'a>(workspace: &Workspace, arguments: impl IntoIterator<Item = &'a str>) -> Command {
    let mut command = Command::new(workspace.cargo());
    command.args(arguments).current_dir(workspace.root());
    // `cargo run` describes xtask in these; build scripts that watch them would run again for every caller.
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(name);
        }
    }
    command
}

/// Runs a program to its end; anything but success is an error that names the command line.
pub fn succeed(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("cannot start {}", shown(command)))?;
    if !status.success() {
        bail!("{} ended with {status}", shown(command));
    }
    Ok(())
}

/// Runs a program to its end, handing over each line of its standard output.
pub fn watch(command: &mut Command, mut line: impl FnMut(&str)) -> Result<()> {
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {}", shown(command)))?;
    if let Some(output) = child.stdout.take() {
        for text in BufReader::new(output).split(b'\n') {
            line(&String::from_utf8_lossy(&text.context("cannot read its output")?));
        }
    }
    let status = child.wait()?;
    if !status.success() {
        bail!("{} ended with {status}", shown(command));
    }
    Ok(())
}

/// Whether a program is there: it starts and `--version` succeeds.
pub fn is_installed(program: impl AsRef<std::ffi::OsStr>) -> bool {
    let mut command = Command::new(program);
    command.arg("--version").stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

fn shown(command: &Command) -> String {
    let program = std::path::Path::new(command.get_program());
    let mut text =
        program.file_name().unwrap_or(program.as_os_str()).to_string_lossy().into_owned();
    for argument in command.get_args() {
        text.push(' ');
        text.push_str(&argument.to_string_lossy());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn a_failing_program_is_an_error_that_names_it() {
        assert!(succeed(&mut shell("true")).is_ok());
        let error = succeed(&mut shell("exit 3")).expect_err("exit 3 is a failure").to_string();
        assert!(error.contains("sh -c exit 3") && error.contains('3'), "{error}");
    }

    #[test]
    fn a_watched_program_hands_over_every_line_and_its_failure() {
        let mut lines = Vec::new();
        let ended = watch(&mut shell("echo one; printf two; exit 1"), |line| {
            lines.push(line.to_owned());
        });
        assert_eq!(lines, ["one", "two"]);
        assert!(ended.is_err());
    }

    #[test]
    fn a_missing_program_is_not_installed() {
        assert!(is_installed("cargo"));
        assert!(!is_installed("no-such-program-of-mcp-v8"));
    }
}
