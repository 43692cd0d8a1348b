//! The target that is built for. Not a list of what is supported: that is the pin.

use super::ArchiveError;
use std::process::Command;

/// `CARGO_BUILD_TARGET`, otherwise rustc's host.
pub fn of_this_build() -> Result<String, ArchiveError> {
    if let Some(target) = std::env::var("CARGO_BUILD_TARGET").ok().filter(|text| !text.is_empty()) {
        return Ok(target);
    }
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc)
        .arg("-vV")
        .output()
        .map_err(|error| ArchiveError::NoTarget { detail: error.to_string() })?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let detail = said.lines().next().unwrap_or("it fails without a word").to_owned();
        return Err(ArchiveError::NoTarget { detail });
    }
    let text = String::from_utf8_lossy(&output.stdout);
    host(&text).ok_or_else(|| ArchiveError::NoTarget { detail: "it names no host".to_owned() })
}

fn host(version: &str) -> Option<String> {
    version.lines().find_map(|line| line.strip_prefix("host: ")).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_is_read_from_rustcs_verbose_version() {
        let text =
            "rustc 1.95.0 (59807616e 2026-04-14)\nbinary: rustc\nhost: aarch64-apple-darwin\n";
        assert_eq!(host(text).as_deref(), Some("aarch64-apple-darwin"));
        assert_eq!(host("rustc 1.95.0\n"), None);
    }
}
