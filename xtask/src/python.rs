//! Python environments in the cache: exactly the packages of a requirements file, nothing of the system's.

use crate::cargo::succeed;
use crate::stamp::Stamp;
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Makes an environment in `directory`, unless that was done before, and returns its interpreter. `requirements` is
/// the text of the file, `what` names the packages in an error.
pub fn install(directory: &Path, requirements: &str, what: &str) -> Result<PathBuf> {
    let environment = directory.join("venv");
    let python = environment.join("bin/python");
    let stamp = Stamp::new(directory.join(".python-stamp"), &[requirements.as_bytes()]);
    if stamp.is_set() && python.exists() {
        return Ok(python);
    }
    eprintln!("making a Python environment in {}", environment.display());
    std::fs::create_dir_all(directory)?;
    let mut venv = Command::new("python3");
    succeed(venv.args(["-m", "venv", "--clear"]).arg(&environment))
        .context("python3 cannot make an environment; on Debian: apt-get install python3-venv")?;
    let file = directory.join(".requirements.txt");
    std::fs::write(&file, requirements)?;
    let mut pip = Command::new(&python);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"]);
    succeed(pip.arg(file)).with_context(|| format!("{what} cannot be installed"))?;
    stamp.set()?;
    Ok(python)
}

#[cfg(test)]
pub mod tests {
    /// What a requirements file must be, so that an environment is the same everywhere.
    pub fn assert_pinned(requirements: &str, main: &str) {
        let packages: Vec<_> = requirements.lines().filter(|line| !line.starts_with('#')).collect();
        assert!(packages.iter().any(|line| line.starts_with(&format!("{main}=="))));
        for package in packages {
            assert_eq!(package.matches("==").count(), 1, "{package}");
        }
    }
}
