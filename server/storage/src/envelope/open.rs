//! From bytes that somebody stored to a checkpoint that is ours, or a refusal.

use super::{
    EngineMatch, EngineMismatch, EnvelopeError, Opened, Parts, Why, cipher, header::Header, mac,
    mac_of, payload,
};
use crate::{Keyring, keyring::SealingKey};
use bytes::{Bytes, BytesMut};
use mcp_v8_sandbox::{Checkpoint, CheckpointKind, HeapId};
use std::ops::Range;

pub(super) fn open(
    parts: &Parts,
    tenant: &str,
    id: HeapId,
    bytes: Bytes,
) -> Result<Opened, EnvelopeError> {
    let (header, (key, payload)) = authenticate(&parts.keys, &bytes)?;
    if header.tenant != tenant {
        return Err(Why::Tenant.into());
    }
    if header.id != id {
        return Err(Why::Id.into());
    }
    if header.plain() > parts.bytes_max {
        return Err(EnvelopeError::TooLarge { bytes: header.plain(), limit: parts.bytes_max });
    }
    let engine = matching(parts, &header);
    let want_heap = engine == EngineMatch::Same;
    let (values, heap) = if header.encrypted {
        let mut bytes = owned(bytes, payload);
        let plain = cipher::decrypt(key, &header.salt, &mut bytes)?;
        payload::read(plain, header.values, header.heap, want_heap)?
    } else {
        payload::read(&bytes[payload], header.values, header.heap, want_heap)?
    };
    Ok(Opened {
        checkpoint: Checkpoint { kind: header.kind, values, heap },
        engine,
        parent: header.parent,
        created: header.created,
    })
}

/// The header, the key that sealed it and the place of the payload, once the MAC has shown that all of it is ours.
pub(super) fn authenticate<'k>(
    keys: &'k Keyring,
    bytes: &[u8],
) -> Result<(Header, (&'k SealingKey, Range<usize>)), Why> {
    let (header, payload) = Header::read(bytes)?;
    let key = keys.named(header.key).ok_or_else(|| Why::UnknownKey(header.key.to_string()))?;
    let (signed, stored) = mac_of(bytes).ok_or(Why::Length)?;
    // `blake3::Hash` compares in constant time.
    if mac(key, signed) != stored {
        return Err(Why::Mac);
    }
    Ok((header, (key, payload)))
}

/// The payload to decrypt in place: without a copy where these bytes are nobody else's.
fn owned(bytes: Bytes, payload: Range<usize>) -> BytesMut {
    let payload = bytes.slice(payload);
    drop(bytes);
    payload.try_into_mut().unwrap_or_else(|shared| BytesMut::from(&*shared))
}

fn matching(parts: &Parts, header: &Header) -> EngineMatch {
    if header.kind == CheckpointKind::Values || header.engine == parts.engine {
        return EngineMatch::Same;
    }
    EngineMatch::Changed(EngineMismatch {
        stored: header.engine.clone(),
        running: parts.engine.clone(),
        recoverable: header.values,
    })
}
