//! From a checkpoint to its envelope.

use super::{
    EnvelopeError, Parts, Sealed, TENANT_BYTES_MAX, cipher,
    header::{Header, MAC_BYTES, set_payload},
    identity, mac, payload,
};
use crate::{Timestamp, keyring};
use mcp_v8_sandbox::{Checkpoint, HeapId};

pub(super) fn seal(
    parts: &Parts,
    tenant: &str,
    checkpoint: &Checkpoint,
    parent: Option<HeapId>,
    created: Timestamp,
) -> Result<Sealed, EnvelopeError> {
    if tenant.len() > TENANT_BYTES_MAX {
        return Err(EnvelopeError::TenantTooLong);
    }
    let key = parts.keys.first();
    let id = identity::identify(&parts.keys, &parts.engine, tenant, checkpoint);
    let header = Header {
        kind: checkpoint.kind,
        encrypted: parts.encrypt,
        key: key.name,
        id,
        parent,
        engine: parts.engine.clone(),
        salt: if parts.encrypt { *keyring::random()? } else { [0; 32] },
        created,
        values: checkpoint.values.len() as u64,
        heap: checkpoint.heap.as_ref().map(|heap| heap.len() as u64),
        tenant: tenant.to_owned(),
    };
    if header.plain() > parts.bytes_max {
        return Err(EnvelopeError::TooLarge { bytes: header.plain(), limit: parts.bytes_max });
    }
    let mut envelope = Vec::new();
    header.write(&mut envelope);
    let begin = envelope.len();
    payload::write(checkpoint, &mut envelope)?;
    if parts.encrypt {
        cipher::encrypt(key, &header.salt, &mut envelope, begin)?;
    }
    let length = envelope.len() - begin;
    set_payload(&mut envelope, length);
    let mac = mac(key, &envelope);
    envelope.reserve_exact(MAC_BYTES);
    envelope.extend_from_slice(mac.as_bytes());
    Ok(Sealed { id, bytes: envelope.into() })
}
