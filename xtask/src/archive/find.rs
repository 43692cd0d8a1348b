//! The places an archive can be, in order: named by the user, beside the repository, cargo's cache, our cache, GitHub.
//!
//! The first place that has one decides: an archive that is there and wrong is an error, never a reason to go on.

use super::ArchiveError;
use super::digest::{self, Digests};
use super::download::Fetch;
use super::pin::Pin;
use super::sums;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Where to look.
#[derive(Debug)]
pub struct Places {
    /// `RUSTY_V8_ARCHIVE`.
    pub named: Option<PathBuf>,
    /// Directories with an archive and its SHA256SUMS.
    pub shared: Vec<PathBuf>,
    /// Cargo's home; V8's build script keeps downloads in `.rusty_v8` there.
    pub cargo_home: PathBuf,
    /// Our own directory for downloads.
    pub cache: PathBuf,
}

/// An archive that may be linked.
#[derive(Debug)]
pub struct Found {
    /// Absolute: V8's build script runs in another directory.
    pub path: PathBuf,
    /// Where it is from and what it was checked against, for people.
    pub origin: &'static str,
}

/// Finds the archive for `target`.
pub fn find(
    pin: &Pin,
    target: &str,
    places: &Places,
    fetch: &Fetch,
) -> Result<Found, ArchiveError> {
    if let Some(path) = &places.named {
        return named(path);
    }
    let digests = Digests::new(places.cache.join("digests"));
    for directory in &places.shared {
        if let Some(found) = shared(directory, &pin.file_name(target), &digests)? {
            return Ok(found);
        }
    }
    let sha256 = pin.sha256(target)?;
    let cargo = places.cargo_home.join(".rusty_v8").join(pin.cargo_name(target));
    if cargo.exists() {
        digests.require(&cargo, sha256)?;
        return found(cargo, "cargo's cache, checked against the pin");
    }
    // The version is in the directory's name: published file names do not have it.
    let kept = places.cache.join(pin.version()).join(pin.file_name(target));
    if !kept.exists() {
        download(&pin.url(target), &kept, sha256, fetch)?;
    }
    digests.require(&kept, sha256)?;
    found(kept, "downloaded, checked against the pin")
}

fn named(path: &Path) -> Result<Found, ArchiveError> {
    let text = path.to_string_lossy();
    if text.starts_with("http:") || text.starts_with("https:") {
        return Err(ArchiveError::NamedByUrl { url: text.into_owned() });
    }
    let unreadable = |source| ArchiveError::Unreadable { path: path.to_owned(), source };
    let mut head = Vec::new();
    let file = std::fs::File::open(path).map_err(unreadable)?;
    file.take(8).read_to_end(&mut head).map_err(unreadable)?;
    if !head.starts_with(b"\x1f\x8b") && head != b"!<arch>\n" {
        return Err(ArchiveError::NotAnArchive { path: path.to_owned() });
    }
    found(path.to_owned(), "RUSTY_V8_ARCHIVE, not checked")
}

fn shared(directory: &Path, file: &str, digests: &Digests) -> Result<Option<Found>, ArchiveError> {
    let plain = file.strip_suffix(".gz").unwrap_or(file);
    for name in [file, plain] {
        let path = directory.join(name);
        if path.exists() {
            let expected = sums::expected(&directory.join("SHA256SUMS"), name)?;
            digests.require(&path, &expected)?;
            return found(path, "checked against the SHA256SUMS beside it").map(Some);
        }
    }
    Ok(None)
}

/// Fetches into a file beside `kept` and moves it there only when its digest is right.
fn download(url: &str, kept: &Path, sha256: &str, fetch: &Fetch) -> Result<(), ArchiveError> {
    let unwritable = |source| ArchiveError::Unwritable { path: kept.to_owned(), source };
    if let Some(directory) = kept.parent() {
        std::fs::create_dir_all(directory).map_err(unwritable)?;
    }
    // The process number keeps two builds that start together apart.
    let part = kept.with_extension(format!("part-{}", std::process::id()));
    let checked = fetch(url, &part)
        .map_err(|why| ArchiveError::NotDownloaded {
            url: url.to_owned(),
            destination: kept.to_owned(),
            detail: why.to_string(),
        })
        .and_then(|()| digest::require(&part, sha256));
    match checked {
        Ok(()) => std::fs::rename(&part, kept).map_err(unwritable),
        Err(error) => {
            let _ = std::fs::remove_file(&part);
            Err(error)
        }
    }
}

fn found(path: PathBuf, origin: &'static str) -> Result<Found, ArchiveError> {
    let path = std::path::absolute(&path)
        .map_err(|source| ArchiveError::Unreadable { path: path.clone(), source })?;
    Ok(Found { path, origin })
}

#[cfg(test)]
mod tests;
