//! The V8 archive: find one, check it, say where it is. Not the build: cargo gets the path in `RUSTY_V8_ARCHIVE`.
//!
//! V8's own build script downloads an archive without checking it; here every byte that gets linked is checked
//! against the pin in `server/engine/v8-archive.json` or against the SHA256SUMS of the directory it lies in. Only a
//! file that the user names in `RUSTY_V8_ARCHIVE` is taken at their word.

mod digest;
mod download;
mod error;
mod find;
mod lock;
mod pin;
mod sums;
mod target;

pub use error::ArchiveError;

use crate::workspace::Workspace;
use anyhow::Result;
use find::{Found, Places};
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

/// Prints the path of the checked archive.
pub fn command(workspace: &Workspace, _: &[String]) -> Result<ExitCode> {
    println!("{}", locate(workspace)?.display());
    Ok(ExitCode::SUCCESS)
}

/// The pin, which names the V8 of Cargo.lock.
pub fn checked_pin(workspace: &Workspace) -> Result<pin::Pin, ArchiveError> {
    let pin = pin::Pin::read(&workspace.root().join("server/engine/v8-archive.json"))?;
    lock::check(&workspace.root().join("Cargo.lock"), &pin)?;
    Ok(pin)
}

/// The checked archive for the target of this build, absolute.
pub fn locate(workspace: &Workspace) -> Result<PathBuf, ArchiveError> {
    let pin = checked_pin(workspace)?;
    let target = target::of_this_build()?;
    let places = places(workspace);
    let Found { path, origin } = find::find(&pin, &target, &places, &download::with_curl)?;
    eprintln!("V8 archive: {} ({origin})", path.display());
    Ok(path)
}

fn places(workspace: &Workspace) -> Places {
    let set = |name| std::env::var_os(name).filter(|value: &OsString| !value.is_empty());
    let home = set("HOME").map(PathBuf::from).unwrap_or_default();
    let mut shared = vec![PathBuf::from("/work/shared/v8")];
    if let Some(parent) = workspace.root().parent() {
        shared.insert(0, parent.join("shared/v8"));
    }
    Places {
        named: set("RUSTY_V8_ARCHIVE").map(PathBuf::from),
        shared,
        cargo_home: set("CARGO_HOME").map_or_else(|| home.join(".cargo"), PathBuf::from),
        cache: workspace.cache().join("v8"),
    }
}
