//! Every way in which there is no V8 archive, each with what to do about it.

use std::path::PathBuf;

/// Why no archive can be handed to the build.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    #[error("cannot read {}: check that it is there and may be read", path.display())]
    Unreadable { path: PathBuf, source: std::io::Error },

    #[error("cannot write {}: make room there, or set MCP_V8_CACHE to a directory that can be written", path.display())]
    Unwritable { path: PathBuf, source: std::io::Error },

    #[error(
        "RUSTY_V8_ARCHIVE is the URL {url}: download that file, check it, and set RUSTY_V8_ARCHIVE to its path; or unset it"
    )]
    NamedByUrl { url: String },

    #[error(
        "{} is not a static library (neither gzip nor ar): name a librusty_v8*.a or librusty_v8*.a.gz",
        path.display()
    )]
    NotAnArchive { path: PathBuf },

    #[error("{} is malformed at {field}: restore it with `git checkout -- {}`", path.display(), path.display())]
    BadPin { path: PathBuf, field: &'static str },

    #[error("{} has no package v8: restore it with `git checkout -- Cargo.lock`", path.display())]
    NoLockedVersion { path: PathBuf },

    #[error(
        "Cargo.lock has v8 {locked}, server/engine/v8-archive.json pins {pinned}: run `cargo update -p v8 --precise {pinned}`, or move the pin with the sha256 of the {locked} archives"
    )]
    VersionMismatch { locked: String, pinned: String },

    #[error("cannot ask rustc for its target: {detail}; check that `rustc -vV` works")]
    NoTarget { detail: String },

    #[error(
        "no V8 archive is pinned for {target} (there are {known}): build one from the v8 crate with V8_FROM_SOURCE=1 and set RUSTY_V8_ARCHIVE to it"
    )]
    UnsupportedTarget { target: String, known: String },

    #[error("{} does not list {file}: add its line with `sha256sum {file} >> SHA256SUMS`, if you trust the file", sums.display())]
    NotInSums { sums: PathBuf, file: String },

    #[error("{} has SHA-256 {found}, not {expected}: remove it and get it again", path.display())]
    WrongDigest { path: PathBuf, expected: String, found: String },

    #[error(
        "cannot download {url} ({detail}): connect to the network, or put that file to {}, or set RUSTY_V8_ARCHIVE to the path of a copy",
        destination.display()
    )]
    NotDownloaded { url: String, destination: PathBuf, detail: String },
}
