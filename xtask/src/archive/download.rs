//! Fetching one file with curl. It checks nothing: the caller compares the digest.

use std::path::Path;
use std::process::Command;

/// Seconds until a connection must stand.
const CONNECT_SECONDS: &str = "20";

/// A way to fetch `url` into a file; the error says in words why not.
pub type Fetch = dyn Fn(&str, &Path) -> Result<(), NotFetched>;

/// Why a download did not happen.
#[derive(Debug, thiserror::Error)]
pub enum NotFetched {
    #[error("curl is not installed or does not start: {0}")]
    NoCurl(std::io::Error),
    #[error("curl ended with {0}")]
    Curl(std::process::ExitStatus),
    #[cfg(test)]
    #[error("no network in this test")]
    NoNetwork,
}

/// Fetches with the system's curl, which says on standard error what went wrong.
pub fn with_curl(url: &str, to: &Path) -> Result<(), NotFetched> {
    eprintln!("downloading {url}");
    let mut command = Command::new("curl");
    command.args(["--fail", "--location", "--silent", "--show-error", "--retry", "2"]);
    command.args(["--connect-timeout", CONNECT_SECONDS, "--output"]).arg(to).arg(url);
    let status = command.status().map_err(NotFetched::NoCurl)?;
    if status.success() { Ok(()) } else { Err(NotFetched::Curl(status)) }
}
