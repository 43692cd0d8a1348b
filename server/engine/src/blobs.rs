//! Where the bytes of Blobs are: Deno keeps them outside of V8. Ours can be taken along, so that a snapshot of a heap
//! has them too. Object URLs are Deno's own.

use deno_web::{Blob, BlobPart, BlobStore, BlobStoreTrait, InMemoryBlobPart};
use std::collections::BTreeMap;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use uuid::Uuid;

type Part = Arc<dyn BlobPart + Send + Sync>;
type Url = deno_core::url::Url;

/// See the module.
#[derive(Debug, Default)]
pub struct Blobs {
    parts: Mutex<BTreeMap<Uuid, Part>>,
    urls: BlobStore,
}

impl Blobs {
    /// With parts that were taken along.
    pub fn with(parts: Vec<([u8; 16], Vec<u8>)>) -> Arc<Self> {
        let blobs = Self::default();
        let read = |(id, bytes): ([u8; 16], Vec<u8>)| -> (Uuid, Part) {
            (Uuid::from_bytes(id), Arc::new(InMemoryBlobPart::from(bytes)))
        };
        blobs.lock().extend(parts.into_iter().map(read));
        Arc::new(blobs)
    }

    /// All parts, by id.
    pub fn parts(&self) -> Vec<([u8; 16], Vec<u8>)> {
        let parts = self.lock();
        parts.iter().filter_map(|(id, part)| Some((*id.as_bytes(), bytes(part)?))).collect()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Uuid, Part>> {
        self.parts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A part's bytes; `None` when it is not in memory, which no part of a worker's is.
fn bytes(part: &Part) -> Option<Vec<u8>> {
    let mut reading = std::pin::pin!(part.read());
    match reading.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(bytes) => Some(bytes.to_vec()),
        Poll::Pending => None,
    }
}

impl BlobStoreTrait for Blobs {
    fn insert_part(&self, part: Part) -> Uuid {
        let id = Uuid::new_v4();
        self.lock().insert(id, part);
        id
    }
    fn get_part(&self, id: &Uuid) -> Option<Part> {
        self.lock().get(id).cloned()
    }
    fn remove_part(&self, id: &Uuid) -> Option<Part> {
        self.lock().remove(id)
    }
    fn get_object_url(&self, url: Url) -> Option<Arc<Blob>> {
        self.urls.get_object_url(url)
    }
    fn insert_object_url(&self, blob: Blob, location: Option<Url>) -> Url {
        self.urls.insert_object_url(blob, location)
    }
    fn remove_object_url(&self, url: &Url) {
        self.urls.remove_object_url(url);
    }
    fn clear(&self) {
        self.lock().clear();
        self.urls.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_taken_along_have_their_ids_and_bytes() {
        let first = Blobs::default();
        let id = first.insert_part(Arc::new(InMemoryBlobPart::from(b"abc".to_vec())));
        let second = Blobs::with(first.parts());
        let part = second.get_part(&id).expect("it was taken along");
        assert_eq!(bytes(&part).as_deref(), Some(&b"abc"[..]));
        assert!(second.remove_part(&id).is_some() && second.parts().is_empty());
    }
}
