//! Envelopes and keys to test with. Not a test.

use bytes::Bytes;
use mcp_v8_sandbox::{Checkpoint, CheckpointKind, HeapId};
use mcp_v8_storage::{BlobKey, Engine, Envelopes, Keyring, Sealed, Timestamp, Whole};
use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt,
    path::Path,
    sync::Arc,
};

pub const LIMIT: u64 = 8 << 20;

pub fn engine(number: u8) -> Engine {
    Engine { hash: [number; 32], v8: format!("15.0.{number}") }
}

pub fn envelopes() -> Envelopes {
    of(Keyring::ephemeral().expect("random bytes"))
}

pub fn of(keys: Keyring) -> Envelopes {
    Envelopes::new(keys, engine(1), false, LIMIT)
}

/// A key file with these sealing keys, named by a number; the secret of the ids is always the same.
pub fn key_file(path: &Path, keys: &[u8]) -> Keyring {
    let mut text = format!("mcp-v8-keys 1\nids {}\n", "f0".repeat(32));
    for key in keys {
        text.push_str(&format!("key {}\n", format!("{key:02x}").repeat(32)));
    }
    fs::write(path, text).expect("it can be written");
    fs::set_permissions(path, Permissions::from_mode(0o600)).expect("it is ours");
    Keyring::open(path).expect("a good key file")
}

pub fn values(bytes: impl Into<Vec<u8>>) -> Checkpoint {
    Checkpoint { kind: CheckpointKind::Values, values: bytes.into(), heap: None }
}

pub fn heap(values: impl Into<Vec<u8>>, heap: impl Into<Vec<u8>>) -> Checkpoint {
    Checkpoint { kind: CheckpointKind::Heap, values: values.into(), heap: Some(heap.into()) }
}

pub fn seal(envelopes: &Envelopes, tenant: &str, checkpoint: &Checkpoint) -> Sealed {
    envelopes.seal(tenant, checkpoint, None, Timestamp(1_000)).expect("it can be sealed")
}

/// Bytes that compress badly, the same for the same seed.
pub fn noise(seed: u64, len: usize) -> Vec<u8> {
    let mut bytes = vec![0; len];
    blake3::Hasher::new().update(&seed.to_le_bytes()).finalize_xof().fill(&mut bytes);
    bytes
}

/// A sealed state of its own for every number.
pub fn blob(envelopes: &Envelopes, tenant: &str, number: u64, len: usize) -> (BlobKey, Bytes) {
    let sealed = seal(envelopes, tenant, &values(noise(number, len)));
    (BlobKey::new(tenant, sealed.id), sealed.bytes)
}

/// A key without an envelope, for what only looks at names.
pub fn key(tenant: &str, first: u8, last: u8) -> BlobKey {
    let mut id = [0; 32];
    (id[0], id[31]) = (first, last);
    BlobKey::new(tenant, HeapId(id))
}

/// Takes anything for whole.
pub fn anything() -> Whole {
    Arc::new(|_, _| true)
}
