//! What a checkpoint is wrapped in at rest, and the proof that it is ours. Not where it lies: that is `blobs`.
//!
//! A fixed header, the state compressed (zstd) and, if configured, encrypted (AES-256-GCM), and a MAC (keyed BLAKE3)
//! over everything before it. Opening checks lengths, MAC, tenant and id before a single byte is decompressed.
//!
//! The id is a hash of the state under a secret of its tenant: equal states of a tenant are one blob, two tenants never
//! share an id. It stands in the header, under the MAC: an older blob put in the place of a newer one is refused. It is
//! not computed again when a blob is opened, so it stays good when keys are rotated.

mod cipher;
mod engine;
mod error;
mod header;
mod identity;
mod open;
mod payload;
mod seal;
#[cfg(test)]
mod tests;

pub use engine::{Engine, EngineMatch, EngineMismatch, V8_VERSION_BYTES_MAX};
pub use error::{EnvelopeError, Why};
pub use header::TENANT_BYTES_MAX;

use crate::{BlobKey, Keyring, TenantKey, Timestamp, Whole};
use bytes::Bytes;
use header::MAC_BYTES;
use mcp_v8_sandbox::{Checkpoint, HeapId};
use std::sync::Arc;

/// Seals and opens the checkpoints of one server. Clones share the keys.
#[derive(Clone, Debug)]
pub struct Envelopes(Arc<Parts>);

#[derive(Debug)]
struct Parts {
    keys: Keyring,
    engine: Engine,
    encrypt: bool,
    bytes_max: u64,
}

/// A checkpoint that is ready to be stored.
#[derive(Clone, Debug)]
pub struct Sealed {
    pub id: HeapId,
    pub bytes: Bytes,
}

/// A checkpoint that has proved to be what was asked for.
#[derive(Clone, Debug)]
pub struct Opened {
    /// Without `heap` where another engine made it.
    pub checkpoint: Checkpoint,
    pub engine: EngineMatch,
    /// The checkpoint that the run which made this one had begun with.
    pub parent: Option<HeapId>,
    pub created: Timestamp,
}

impl Envelopes {
    /// `engine` is the running one, `bytes_max` the largest state, uncompressed, that is sealed or opened.
    pub fn new(keys: Keyring, engine: Engine, encrypt: bool, bytes_max: u64) -> Self {
        Self(Arc::new(Parts { keys, engine, encrypt, bytes_max }))
    }

    /// Largest envelope there can be: what [`crate::Blobs::get`] is to be capped with.
    pub fn envelope_bytes_max(&self) -> u64 {
        payload::compressed_bytes_max(self.0.bytes_max) + header::BYTES_MAX
    }

    /// Wraps a checkpoint. Takes time in proportion to its size: for a thread that may block.
    pub fn seal(
        &self,
        tenant: &str,
        checkpoint: &Checkpoint,
        parent: Option<HeapId>,
        created: Timestamp,
    ) -> Result<Sealed, EnvelopeError> {
        seal::seal(&self.0, tenant, checkpoint, parent, created)
    }

    /// Proves that `bytes` are checkpoint `id` of `tenant`, and unwraps it. For a thread that may block.
    pub fn open(&self, tenant: &str, id: HeapId, bytes: Bytes) -> Result<Opened, EnvelopeError> {
        open::open(&self.0, tenant, id, bytes)
    }

    /// Whether a stored envelope can stay when its checkpoint is stored again: undamaged, under that key, and sealed
    /// as this server would seal it now. A blob that only a retiring key can open is thus replaced.
    pub fn is_current(&self, key: &BlobKey, bytes: &[u8]) -> bool {
        let Ok((header, _)) = open::authenticate(&self.0.keys, bytes) else { return false };
        header.key == self.0.keys.first().name
            && header.encrypted == self.0.encrypt
            && header.id == key.id
            && TenantKey::of(&header.tenant) == key.tenant
    }

    /// [`Self::is_current`] for [`crate::Blobs`].
    pub fn judge(&self) -> Whole {
        let own = self.clone();
        Arc::new(move |key, bytes| own.is_current(key, bytes))
    }
}

/// The MAC over everything before it.
fn mac(key: &crate::keyring::SealingKey, bytes: &[u8]) -> blake3::Hash {
    blake3::keyed_hash(&key.mac, bytes)
}

fn mac_of(bytes: &[u8]) -> Option<(&[u8], blake3::Hash)> {
    let (signed, mac) = bytes.split_last_chunk::<MAC_BYTES>()?;
    Some((signed, blake3::Hash::from_bytes(*mac)))
}
