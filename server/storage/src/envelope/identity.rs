//! The id of a checkpoint. Not a proof: the MAC is.

use super::Engine;
use crate::Keyring;
use mcp_v8_sandbox::{Checkpoint, CheckpointKind, HeapId};

/// Keyed BLAKE3 under a secret of the tenant, over kind, engine (for a heap, which means nothing without it), lengths
/// and content, uncompressed: another version of zstd, another sealing key or another engine gives equal values the
/// same id.
pub(super) fn identify(
    keys: &Keyring,
    engine: &Engine,
    tenant: &str,
    checkpoint: &Checkpoint,
) -> HeapId {
    let mut hasher = blake3::Hasher::new_keyed(&keys.ids_of(tenant));
    match checkpoint.kind {
        CheckpointKind::Values => hasher.update(&[0]),
        CheckpointKind::Heap => hasher.update(&[1]).update(&engine.hash),
    };
    hasher.update(&(checkpoint.values.len() as u64).to_le_bytes());
    hasher.update(&checkpoint.values);
    if let Some(heap) = &checkpoint.heap {
        hasher.update(&[1]).update(heap);
    }
    HeapId(*hasher.finalize().as_bytes())
}
