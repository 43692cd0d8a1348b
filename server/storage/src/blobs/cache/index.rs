//! What is in the cache, how large it is, and in which order it was used. Not the files.

use crate::blobs::BlobKey;
use lru::LruCache;

pub(super) struct Index {
    entries: LruCache<BlobKey, u64>,
    bytes: u64,
    bytes_max: u64,
}

impl Index {
    pub fn new(bytes_max: u64) -> Self {
        // Bounded by bytes, below.
        Self { entries: LruCache::unbounded(), bytes: 0, bytes_max }
    }

    pub fn fits(&self, bytes: u64) -> bool {
        bytes <= self.bytes_max
    }

    /// Notes a blob as the last used; what then is too much, longest unused first, is to be removed.
    #[must_use]
    pub fn insert(&mut self, key: BlobKey, bytes: u64) -> Vec<BlobKey> {
        self.bytes += bytes;
        if let Some(before) = self.entries.put(key, bytes) {
            self.bytes -= before;
        }
        let mut evicted = Vec::new();
        while self.bytes > self.bytes_max
            && let Some((key, bytes)) = self.entries.pop_lru()
        {
            self.bytes -= bytes;
            evicted.push(key);
        }
        evicted
    }

    /// The size of a blob, which is the last used now.
    pub fn touch(&mut self, key: &BlobKey) -> Option<u64> {
        self.entries.get(key).copied()
    }

    pub fn remove(&mut self, key: &BlobKey) -> bool {
        let removed = self.entries.pop(key);
        self.bytes -= removed.unwrap_or_default();
        removed.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mcp_v8_sandbox::HeapId;

    fn key(number: u8) -> BlobKey {
        BlobKey::new("t", HeapId([number; 32]))
    }

    #[test]
    fn the_longest_unused_goes_first_and_as_many_as_must() {
        let mut index = Index::new(10);
        for number in 1..=3 {
            assert_eq!(index.insert(key(number), 3), []);
        }
        assert_eq!(index.touch(&key(1)), Some(3));
        assert_eq!(index.insert(key(4), 4), [key(2)]);
        assert_eq!(index.insert(key(5), 9), [key(3), key(1), key(4)]);
        assert_eq!(index.touch(&key(5)), Some(9));
    }

    #[test]
    fn a_blob_of_another_size_takes_the_place_of_the_old_one() {
        let mut index = Index::new(10);
        assert_eq!(index.insert(key(1), 8), []);
        assert_eq!(index.insert(key(1), 4), []);
        assert_eq!(index.insert(key(2), 6), []);
        assert!(index.remove(&key(1)) && !index.remove(&key(1)));
        assert_eq!(index.insert(key(3), 4), []);
        assert_eq!(index.insert(key(4), 11), [key(2), key(3), key(4)]);
        assert!(!index.fits(11));
    }
}
