//! The header of an envelope, format 1, byte for byte. Not a proof of anything: it is read before the MAC is checked,
//! so every number in it is doubted.
//!
//! Little endian: magic 8, format u16, kind u8, flags u8, key name 16, id 32, parent 32, engine hash 32, salt 32,
//! created i64, values u64, heap u64, payload u64 (all four lengths and times in bytes and milliseconds), length of
//! the tenant u16, of the V8 version u8, then these two; behind it the payload and the MAC of 32.

use super::{Engine, V8_VERSION_BYTES_MAX, Why};
use crate::{Timestamp, keyring::KeyName};
use mcp_v8_sandbox::{CheckpointKind, HeapId};

/// Longest tenant, bytes.
pub const TENANT_BYTES_MAX: usize = 1024;
pub(super) const MAC_BYTES: usize = 32;

/// Not text, so that no editor or mail gateway passes it unharmed without noticing (as in PNG, section 5.2).
const MAGIC: [u8; 8] = *b"\x89MV8\r\n\x1a\n";
const FORMAT: u16 = 1;
const FIXED: usize = 8 + 2 + 1 + 1 + 16 + 4 * 32 + 4 * 8 + 2 + 1;
/// Where the length of the payload stands, which is known last.
const PAYLOAD_AT: usize = FIXED - 3 - 8;

/// Header and MAC together, at most.
pub(super) const BYTES_MAX: u64 =
    (FIXED + TENANT_BYTES_MAX + V8_VERSION_BYTES_MAX + MAC_BYTES) as u64;

const ENCRYPTED: u8 = 1;
const HAS_HEAP: u8 = 2;
const HAS_PARENT: u8 = 4;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub kind: CheckpointKind,
    pub encrypted: bool,
    pub key: KeyName,
    pub id: HeapId,
    pub parent: Option<HeapId>,
    pub engine: Engine,
    /// Makes the key of an encrypted payload its own; zero elsewhere.
    pub salt: [u8; 32],
    pub created: Timestamp,
    /// Uncompressed.
    pub values: u64,
    /// Uncompressed; `None` where there is no heap.
    pub heap: Option<u64>,
    pub tenant: String,
}

impl Header {
    /// Appends the header of an envelope whose payload comes next; [`set_payload`] completes it.
    pub fn write(&self, out: &mut Vec<u8>) {
        let flag = |is: bool, flag: u8| if is { flag } else { 0 };
        let flags = flag(self.encrypted, ENCRYPTED)
            | flag(self.heap.is_some(), HAS_HEAP)
            | flag(self.parent.is_some(), HAS_PARENT);
        let kind = match self.kind {
            CheckpointKind::Values => 0,
            CheckpointKind::Heap => 1,
        };
        let v8 = version(&self.engine.v8);
        out.extend_from_slice(&MAGIC);
        out.extend_from_slice(&FORMAT.to_le_bytes());
        out.extend_from_slice(&[kind, flags]);
        out.extend_from_slice(&self.key.0);
        let parent = self.parent.map_or([0; 32], |parent| parent.0);
        for part in [self.id.0, parent, self.engine.hash, self.salt] {
            out.extend_from_slice(&part);
        }
        out.extend_from_slice(&self.created.0.to_le_bytes());
        for length in [self.values, self.heap.unwrap_or_default(), 0] {
            out.extend_from_slice(&length.to_le_bytes());
        }
        out.extend_from_slice(&(self.tenant.len() as u16).to_le_bytes());
        out.push(v8.len() as u8);
        out.extend_from_slice(self.tenant.as_bytes());
        out.extend_from_slice(v8.as_bytes());
    }

    /// The header of a whole envelope, and where its payload is.
    pub fn read(envelope: &[u8]) -> Result<(Self, std::ops::Range<usize>), Why> {
        let rest = &mut &*envelope;
        if take(rest) != Ok(MAGIC) {
            return Err(Why::Magic);
        }
        let found = u16::from_le_bytes(take(rest)?);
        if found != FORMAT {
            return Err(Why::Format { found, known: FORMAT });
        }
        let [kind, flags] = take(rest)?;
        let kind = match kind {
            0 => CheckpointKind::Values,
            1 => CheckpointKind::Heap,
            _ => return Err(Why::Header),
        };
        if flags & !(ENCRYPTED | HAS_HEAP | HAS_PARENT) != 0 {
            return Err(Why::Header);
        }
        let key = KeyName(take(rest)?);
        let (id, parent) = (HeapId(take(rest)?), HeapId(take(rest)?));
        let (hash, salt) = (take(rest)?, take(rest)?);
        let created = Timestamp(i64::from_le_bytes(take(rest)?));
        let mut length = || Ok(u64::from_le_bytes(take(rest)?));
        let (values, heap, payload) = (length()?, length()?, length()?);
        let tenant = usize::from(u16::from_le_bytes(take(rest)?));
        let [v8] = take(rest)?;
        if tenant > TENANT_BYTES_MAX || usize::from(v8) > V8_VERSION_BYTES_MAX {
            return Err(Why::Header);
        }
        let tenant = text(rest, tenant)?;
        let v8 = text(rest, v8.into())?;
        let begin = envelope.len() - rest.len();
        let end = rest.len().checked_sub(MAC_BYTES).ok_or(Why::Length)?;
        if payload != end as u64 {
            return Err(Why::Length);
        }
        let header = Self {
            kind,
            encrypted: flags & ENCRYPTED != 0,
            key,
            id,
            parent: (flags & HAS_PARENT != 0).then_some(parent),
            engine: Engine { hash, v8 },
            salt,
            created,
            values,
            heap: (flags & HAS_HEAP != 0).then_some(heap),
            tenant,
        };
        Ok((header, begin..begin + end))
    }

    /// Uncompressed size of everything.
    pub fn plain(&self) -> u64 {
        self.values.saturating_add(self.heap.unwrap_or_default())
    }
}

/// Fills in the length of the payload.
pub(super) fn set_payload(envelope: &mut [u8], length: usize) {
    envelope[PAYLOAD_AT..PAYLOAD_AT + 8].copy_from_slice(&(length as u64).to_le_bytes());
}

fn take<const N: usize>(rest: &mut &[u8]) -> Result<[u8; N], Why> {
    let (taken, left) = rest.split_first_chunk().ok_or(Why::Length)?;
    *rest = left;
    Ok(*taken)
}

fn text(rest: &mut &[u8], length: usize) -> Result<String, Why> {
    let (taken, left) = rest.split_at_checked(length).ok_or(Why::Length)?;
    *rest = left;
    std::str::from_utf8(taken).map(str::to_owned).map_err(|_| Why::Header)
}

/// At most [`V8_VERSION_BYTES_MAX`] bytes of whole characters.
fn version(text: &str) -> &str {
    &text[..text.floor_char_boundary(V8_VERSION_BYTES_MAX)]
}
