//! The compressed content of an envelope: the values, then the heap, in one zstd frame. Not yet or no more encrypted.

use super::{EnvelopeError, Why};
use mcp_v8_sandbox::Checkpoint;
use std::{io::Read, io::Write, sync::Arc};

/// Fast, and within some percent of what much slower levels reach.
const LEVEL: i32 = 3;
/// 8 MiB, more than level 3 ever writes: what a hostile frame can make the decoder allocate.
const WINDOW_LOG_MAX: u32 = 23;

/// zstd's own bound (ZSTD_COMPRESSBOUND of zstd.h), and room for the tag of the cipher.
pub(super) fn compressed_bytes_max(plain: u64) -> u64 {
    plain + (plain >> 8) + 1024
}

/// Appends the compressed content.
pub(super) fn write(checkpoint: &Checkpoint, out: &mut Vec<u8>) -> Result<(), EnvelopeError> {
    let failed = |source| EnvelopeError::Compress { source: Arc::new(source) };
    let heap = checkpoint.heap.as_deref().unwrap_or_default();
    let mut encoder = zstd::Encoder::new(out, LEVEL).map_err(failed)?;
    let plain = checkpoint.values.len() as u64 + heap.len() as u64;
    encoder.set_pledged_src_size(Some(plain)).map_err(failed)?;
    encoder.write_all(&checkpoint.values).map_err(failed)?;
    encoder.write_all(heap).map_err(failed)?;
    encoder.finish().map(drop).map_err(failed)
}

/// The values and, if it is wanted and there, the heap; of exactly the lengths that the header says.
pub(super) fn read(
    payload: &[u8],
    values: u64,
    heap: Option<u64>,
    want_heap: bool,
) -> Result<(Vec<u8>, Option<Vec<u8>>), Why> {
    let mut decoder = zstd::Decoder::with_buffer(payload).map_err(|_| Why::Content)?.single_frame();
    decoder.window_log_max(WINDOW_LOG_MAX).map_err(|_| Why::Content)?;
    let values = exactly(&mut decoder, values)?;
    if heap.is_some() && !want_heap {
        return Ok((values, None));
    }
    let heap = heap.map(|length| exactly(&mut decoder, length)).transpose()?;
    let more = decoder.read(&mut [0]).map_err(|_| Why::Content)?;
    let behind = decoder.finish();
    (more == 0 && behind.is_empty()).then_some((values, heap)).ok_or(Why::Content)
}

fn exactly(decoder: &mut impl Read, length: u64) -> Result<Vec<u8>, Why> {
    let mut bytes = Vec::new();
    let wanted = usize::try_from(length).map_err(|_| Why::Content)?;
    bytes.try_reserve_exact(wanted).map_err(|_| Why::Content)?;
    decoder.take(length).read_to_end(&mut bytes).map_err(|_| Why::Content)?;
    (bytes.len() == wanted).then_some(bytes).ok_or(Why::Content)
}
