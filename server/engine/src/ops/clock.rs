//! The clock scripts see: 100 microseconds, against timing attacks. Replaces deno_web's op of the same shape.

use deno_core::{OpState, op2};
use deno_web::StartTime;
use std::time::Duration;

/// Resolution of `performance.now()`.
pub const RESOLUTION: Duration = Duration::from_micros(100);

/// Writes seconds and nanoseconds since the isolate started into an 8-byte buffer.
#[op2(fast)]
pub fn op_mcp_now(state: &mut OpState, #[buffer] buffer: &mut [u8]) {
    let step = RESOLUTION.as_nanos();
    let elapsed = state.borrow::<StartTime>().elapsed().as_nanos() / step * step;
    let seconds = u32::try_from(elapsed / 1_000_000_000).unwrap_or(u32::MAX);
    // Below one thousand million, so it fits.
    let nanos = (elapsed % 1_000_000_000) as u32;
    if let Some(target) = buffer.get_mut(..8) {
        target[..4].copy_from_slice(&seconds.to_ne_bytes());
        target[4..].copy_from_slice(&nanos.to_ne_bytes());
    }
}
