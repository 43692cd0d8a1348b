//! The lock file: for every URL the SHA-256 of its content, or where it redirects. In memory, and on disk where it has a
//! path: one JSON object with sorted keys and a line per URL, so that people and version control can read it.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Longest lock file that is read, bytes.
const FILE_BYTES_MAX: u64 = 512 << 20;

/// What is known of a URL.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Entry {
    #[serde(flatten)]
    pub(super) leads: Leads,
    /// When it was fetched, seconds since 1970.
    pub(super) seen: u64,
}

/// Where a URL leads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub(super) enum Leads {
    Elsewhere {
        redirect: String,
    },
    Content {
        /// 64 digits.
        sha256: String,
        /// Without parameters.
        #[serde(rename = "type")]
        media: String,
        size: u64,
    },
}

#[derive(Serialize, Deserialize)]
struct File {
    version: u32,
    modules: BTreeMap<String, Entry>,
}

/// Why there is no lock file to work with.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    #[error("the lock file {} cannot be read: {source}", .path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("{} is no lock file of modules: {source}", .path.display())]
    Parse { path: PathBuf, source: serde_json::Error },
    #[error("{} is a lock file of version {version}, and this server reads version 1", .path.display())]
    Version { path: PathBuf, version: u32 },
    #[error("{} is longer than {FILE_BYTES_MAX} bytes", .path.display())]
    TooLong { path: PathBuf },
}

/// See the module.
#[derive(Debug)]
pub(super) struct LockFile {
    path: Option<PathBuf>,
    modules: Mutex<BTreeMap<String, Entry>>,
    dirty: AtomicBool,
    /// Held while the file is written, so that an older state never replaces a newer one.
    writing: Mutex<()>,
    most: usize,
}

impl LockFile {
    /// Reads the file; one that is not there is empty.
    pub(super) fn open(path: Option<&Path>, most: usize) -> Result<Self, LockError> {
        let modules = match path {
            Some(path) => read(path)?,
            None => BTreeMap::new(),
        };
        let (path, dirty) = (path.map(Path::to_owned), AtomicBool::new(false));
        Ok(Self { path, modules: Mutex::new(modules), dirty, writing: Mutex::default(), most })
    }

    pub(super) fn get(&self, url: &str) -> Option<Entry> {
        self.modules().get(url).cloned()
    }

    /// Whether one more URL has a place without another losing its own.
    pub(super) fn has_room(&self, url: &str) -> bool {
        let modules = self.modules();
        modules.len() < self.most || modules.contains_key(url)
    }

    /// Notes where a URL leads now; the oldest go where there are too many.
    pub(super) fn note(&self, url: &str, leads: Leads) {
        let mut modules = self.modules();
        while modules.len() >= self.most && !modules.contains_key(url) {
            let oldest =
                modules.iter().min_by_key(|(_, entry)| entry.seen).map(|(url, _)| url.clone());
            let Some(oldest) = oldest else { break };
            modules.remove(&oldest);
        }
        modules.insert(url.to_owned(), Entry { leads, seen: now() });
        self.dirty.store(true, Ordering::Release);
    }

    /// Writes what was noted, whole and at once. Blocks on the disk.
    pub(super) fn flush(&self) -> io::Result<()> {
        let Some(path) = &self.path else { return Ok(()) };
        let _writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        if !self.dirty.swap(false, Ordering::AcqRel) {
            return Ok(());
        }
        let text = self.text();
        let written = replace(path, text.as_bytes());
        if written.is_err() {
            self.dirty.store(true, Ordering::Release);
        }
        written
    }

    fn text(&self) -> String {
        let modules = self.modules();
        let line = |(url, entry): (&String, &Entry)| {
            let value = serde_json::to_string(entry).unwrap_or_default();
            format!("    {}: {value}", serde_json::Value::from(url.as_str()))
        };
        let lines: Vec<String> = modules.iter().map(line).collect();
        format!("{{\n  \"version\": 1,\n  \"modules\": {{\n{}\n  }}\n}}\n", lines.join(",\n"))
    }

    fn modules(&self) -> MutexGuard<'_, BTreeMap<String, Entry>> {
        self.modules.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entry {
    /// Fetched longer ago than this; one from the future is too.
    pub(super) fn is_older_than(&self, age: Duration) -> bool {
        let now = now();
        self.seen > now || now - self.seen >= age.as_secs()
    }
}

fn read(path: &Path) -> Result<BTreeMap<String, Entry>, LockError> {
    let path = path.to_owned();
    let failed = |source| LockError::Read { path: path.clone(), source };
    match std::fs::metadata(&path) {
        Ok(known) if known.len() > FILE_BYTES_MAX => return Err(LockError::TooLong { path }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
        Ok(_) => {}
        Err(source) => return Err(failed(source)),
    }
    let text = std::fs::read_to_string(&path).map_err(failed)?;
    let file: File = serde_json::from_str(&text)
        .map_err(|source| LockError::Parse { path: path.clone(), source })?;
    match file.version {
        1 => Ok(file.modules),
        version => Err(LockError::Version { path, version }),
    }
}

/// Temporary file and rename: a crash leaves the former or the new one.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let temporary = folder.join(format!(".{name}.{}.tmp", std::process::id()));
    let written = std::fs::File::create(&temporary).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_data()
    });
    let renamed = written.and_then(|()| std::fs::rename(&temporary, path));
    if renamed.is_err() {
        let _ = std::fs::remove_file(&temporary);
    }
    renamed
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content(n: u64) -> Leads {
        Leads::Content { sha256: format!("{n:064x}"), media: "text/javascript".to_owned(), size: n }
    }

    #[test]
    fn what_was_noted_is_there_after_a_restart_one_line_a_url() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new/modules.lock");
        let lock = LockFile::open(Some(&path), 10).unwrap();
        lock.note("https://b.example/", content(2));
        lock.note(
            "https://a.example/\"x",
            Leads::Elsewhere { redirect: "https://b.example/".to_owned() },
        );
        lock.flush().unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(text.lines().filter(|line| line.contains("example")).count(), 2, "{text}");
        let again = LockFile::open(Some(&path), 10).unwrap();
        for url in ["https://b.example/", "https://a.example/\"x"] {
            assert_eq!(again.get(url), lock.get(url));
            assert!(again.get(url).is_some());
        }
        assert_eq!(
            std::fs::read_dir(path.parent().unwrap()).unwrap().count(),
            1,
            "no temporary file stays"
        );
    }

    #[test]
    fn an_entry_over_the_limit_takes_the_place_of_the_oldest() {
        let lock = LockFile::open(None, 2).unwrap();
        lock.note("a", content(1));
        lock.modules().get_mut("a").unwrap().seen = 1;
        lock.note("b", content(2));
        assert!(lock.has_room("a") && !lock.has_room("c"));
        lock.note("c", content(3));
        assert_eq!(
            (lock.get("a"), lock.get("b").is_some(), lock.get("c").is_some()),
            (None, true, true)
        );
    }

    #[test]
    fn a_file_that_is_no_lock_file_is_refused_with_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.lock");
        for (text, expected) in [
            ("", "is no lock file"),
            ("{\"version\":2,\"modules\":{}}", "version 2"),
            ("{\"version\":1,\"modules\":{\"u\":{\"seen\":1}}}", "is no lock file"),
        ] {
            std::fs::write(&path, text).unwrap();
            let error = LockFile::open(Some(&path), 2).unwrap_err().to_string();
            assert!(error.contains(expected) && error.contains("x.lock"), "{error}");
        }
    }
}
