//! Contents by their SHA-256: files of a directory, or memory. What is read is hashed again, so whatever happened to a
//! file, it is the content or it is not there. Not which URL has which content.

use super::lock::replace;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// See the module.
#[derive(Debug)]
pub(super) struct Cache {
    folder: Option<PathBuf>,
    most: u64,
    index: Mutex<Index>,
}

#[derive(Debug, Default)]
struct Index {
    contents: HashMap<String, Known>,
    bytes: u64,
    clock: u64,
}

#[derive(Debug)]
struct Known {
    size: u64,
    used: u64,
    /// `None` where it is a file.
    bytes: Option<Arc<[u8]>>,
}

/// The name of a content.
pub(super) fn sha256(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(bytes))
}

impl Cache {
    /// Finds out what the directory holds. Blocks on the disk.
    pub(super) fn open(folder: Option<&Path>, most: u64) -> io::Result<Self> {
        let mut index = Index::default();
        if let Some(folder) = folder {
            std::fs::create_dir_all(folder)?;
            let mut files = Vec::new();
            for entry in std::fs::read_dir(folder)? {
                let entry = entry?;
                let known = entry.metadata()?;
                let Ok(name) = entry.file_name().into_string() else { continue };
                if is_name(&name) && known.is_file() {
                    files.push((known.modified()?, name, known.len()));
                }
            }
            files.sort();
            files.into_iter().for_each(|(_, name, size)| index.insert(name, size, None));
        }
        let cache = Self { folder: folder.map(Path::to_owned), most, index: Mutex::new(index) };
        cache.shrink();
        Ok(cache)
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.index().contents.contains_key(name)
    }

    /// The content of this name. Blocks on the disk.
    pub(super) fn get(&self, name: &str) -> Option<Arc<[u8]>> {
        let mut index = self.index();
        let used = index.tick();
        let known = index.contents.get_mut(name)?;
        known.used = used;
        if let Some(bytes) = &known.bytes {
            return Some(bytes.clone());
        }
        drop(index);
        let bytes = std::fs::read(self.folder.as_ref()?.join(name)).ok();
        let whole = bytes.filter(|bytes| sha256(bytes) == name);
        if whole.is_none() {
            // Damaged or gone: the next one fetches it anew.
            self.index().remove(name);
        }
        whole.map(Into::into)
    }

    /// Keeps a content. Blocks on the disk.
    pub(super) fn put(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        if bytes.len() as u64 > self.most || self.has(name) {
            return Ok(());
        }
        let kept = match &self.folder {
            Some(folder) => {
                replace(&folder.join(name), bytes)?;
                None
            }
            None => Some(bytes.into()),
        };
        self.index().insert(name.to_owned(), bytes.len() as u64, kept);
        self.shrink();
        Ok(())
    }

    /// Drops the longest unused until the rest fits.
    fn shrink(&self) {
        let mut index = self.index();
        while index.bytes > self.most {
            let oldest = index.contents.iter().min_by_key(|(_, known)| known.used);
            let Some(name) = oldest.map(|(name, _)| name.clone()) else { break };
            index.remove(&name);
            if let Some(folder) = &self.folder {
                let _ = std::fs::remove_file(folder.join(name));
            }
        }
    }

    fn index(&self) -> MutexGuard<'_, Index> {
        self.index.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Index {
    fn tick(&mut self) -> u64 {
        self.clock += 1;
        self.clock
    }

    fn insert(&mut self, name: String, size: u64, bytes: Option<Arc<[u8]>>) {
        let used = self.tick();
        self.remove(&name);
        self.bytes += size;
        self.contents.insert(name, Known { size, used, bytes });
    }

    fn remove(&mut self, name: &str) {
        if let Some(known) = self.contents.remove(name) {
            self.bytes -= known.size;
        }
    }
}

fn is_name(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keeps(folder: Option<&Path>) {
        let cache = Cache::open(folder, 10).unwrap();
        let names: Vec<String> =
            ["aaaa", "bbbb", "cccc"].map(|text| sha256(text.as_bytes())).into();
        cache.put(&names[0], b"aaaa").unwrap();
        cache.put(&names[1], b"bbbb").unwrap();
        assert_eq!(cache.get(&names[0]).as_deref(), Some(&b"aaaa"[..]));
        cache.put(&names[2], b"cccc").unwrap();
        assert!(cache.has(&names[0]) && !cache.has(&names[1]), "the longest unused has gone");
        cache.put(&sha256(b"elevenbytes"), b"elevenbytes").unwrap();
        assert!(
            !cache.has(&sha256(b"elevenbytes")) && cache.has(&names[2]),
            "one too large displaces nothing"
        );
    }

    #[test]
    fn the_longest_unused_go_first() {
        keeps(None);
        let folder = tempfile::tempdir().unwrap();
        keeps(Some(folder.path()));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
        let smaller = Cache::open(Some(folder.path()), 5).unwrap();
        assert_eq!(smaller.index().contents.len(), 1, "a smaller limit holds from the start");
    }

    #[test]
    fn a_file_that_was_changed_is_not_there() {
        let folder = tempfile::tempdir().unwrap();
        let name = sha256(b"good");
        Cache::open(Some(folder.path()), 10).unwrap().put(&name, b"good").unwrap();
        let cache = Cache::open(Some(folder.path()), 10).unwrap();
        assert_eq!(cache.get(&name).as_deref(), Some(&b"good"[..]));
        std::fs::write(folder.path().join(&name), b"evil").unwrap();
        assert_eq!(cache.get(&name), None);
        cache.put(&name, b"good").unwrap();
        assert_eq!(cache.get(&name).as_deref(), Some(&b"good"[..]), "and it can be put again");
    }
}
