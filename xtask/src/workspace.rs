//! Where things are: the repository, cargo, and the directory for what is fetched. It creates nothing.

use anyhow::{Context, Result};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The places a command works with.
#[derive(Debug)]
pub struct Workspace {
    root: PathBuf,
    cache: PathBuf,
    cargo: OsString,
}

impl Workspace {
    /// Finds the repository this program was built from.
    pub fn locate() -> Result<Self> {
        // `cargo run` sets the variable; the constant serves a binary that is started directly.
        let manifest = std::env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = manifest.parent().context("xtask lies directly under the repository")?;
        Ok(Self {
            root: root.to_owned(),
            cache: cache_directory(|name| std::env::var_os(name))?,
            cargo: std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()),
        })
    }

    /// The repository.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Where fetched things live, outside the repository: V8 archives, npm packages, tools.
    pub fn cache(&self) -> &Path {
        &self.cache
    }

    /// The cargo that started this program.
    pub fn cargo(&self) -> &OsString {
        &self.cargo
    }
}

/// `MCP_V8_CACHE`, otherwise `mcp-v8` under the user's cache directory (XDG Base Directory Specification).
fn cache_directory(variable: impl Fn(&str) -> Option<OsString>) -> Result<PathBuf> {
    let set = |name| variable(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    if let Some(cache) = set("MCP_V8_CACHE") {
        return std::path::absolute(cache).context("MCP_V8_CACHE is not a path");
    }
    let base = set("XDG_CACHE_HOME").filter(|path| path.is_absolute());
    let base = base.or_else(|| set("HOME").map(|home| home.join(".cache")));
    Ok(base.context("neither MCP_V8_CACHE nor HOME is set: set one of them")?.join("mcp-v8"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cache(variables: &[(&str, &str)]) -> Option<PathBuf> {
        let find = |name: &str| variables.iter().find(|(key, _)| *key == name);
        cache_directory(|name| find(name).map(|(_, value)| OsString::from(value))).ok()
    }

    #[test]
    fn the_cache_is_where_the_user_says_then_xdg_then_home() {
        let all = [("MCP_V8_CACHE", "/c"), ("XDG_CACHE_HOME", "/x"), ("HOME", "/h")];
        assert_eq!(cache(&all), Some("/c".into()));
        assert_eq!(cache(&all[1..]), Some("/x/mcp-v8".into()));
        assert_eq!(cache(&all[2..]), Some("/h/.cache/mcp-v8".into()));
        assert_eq!(cache(&[]), None);
    }

    #[test]
    fn a_relative_xdg_directory_is_ignored_as_its_specification_asks() {
        assert_eq!(
            cache(&[("XDG_CACHE_HOME", "x"), ("HOME", "/h")]),
            Some("/h/.cache/mcp-v8".into())
        );
    }
}
