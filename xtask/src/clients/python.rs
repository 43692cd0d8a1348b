//! The Python environment of the clients: the MCP SDK at the versions of requirements.txt, nothing of the system's.

use super::stamp::Stamp;
use crate::cargo::succeed;
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use std::process::Command;

const REQUIREMENTS: &str = include_str!("../../../server/app/tests/clients/requirements.txt");

/// Makes the environment, unless that was done before, and returns its interpreter.
pub fn install(directory: &Path) -> Result<PathBuf> {
    let environment = directory.join("venv");
    let python = environment.join("bin/python");
    let stamp = Stamp::new(directory.join(".python-stamp"), &[REQUIREMENTS.as_bytes()]);
    if stamp.is_set() && python.exists() {
        return Ok(python);
    }
    eprintln!("making a Python environment in {}", environment.display());
    let mut venv = Command::new("python3");
    succeed(venv.args(["-m", "venv", "--clear"]).arg(&environment))
        .context("python3 cannot make an environment; on Debian: apt-get install python3-venv")?;
    let requirements = directory.join(".requirements.txt");
    std::fs::write(&requirements, REQUIREMENTS)?;
    let mut pip = Command::new(&python);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"]);
    succeed(pip.arg(requirements)).context("the Python MCP SDK cannot be installed")?;
    stamp.set()?;
    Ok(python)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_python_package_is_pinned_to_one_version() {
        let packages: Vec<_> = REQUIREMENTS.lines().filter(|line| !line.starts_with('#')).collect();
        assert!(packages.iter().any(|line| line.starts_with("mcp==")));
        for package in packages {
            assert_eq!(package.matches("==").count(), 1, "{package}");
        }
    }
}
