//! How long a server that fails again and again is left alone.

use std::time::Duration;

const FIRST: Duration = Duration::from_millis(500);
const LONGEST: Duration = Duration::from_secs(30);

/// The wait after so many failures in a row; none after the first, which may be an accident.
pub(crate) fn wait(failures: u32) -> Duration {
    match failures {
        0 | 1 => Duration::ZERO,
        more => FIRST.saturating_mul(1u32.checked_shl(more - 2).unwrap_or(u32::MAX)).min(LONGEST),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crash_loop_is_slowed_down_and_never_given_up() {
        let waits: Vec<u128> = (0..9).map(|failures| wait(failures).as_millis()).collect();
        assert_eq!(waits, [0, 0, 500, 1000, 2000, 4000, 8000, 16_000, 30_000]);
        assert_eq!(wait(u32::MAX), LONGEST);
    }
}
