//! Waiting for a condition, with a deadline. Not for the passing of time: no test sleeps to be on the safe side.

use std::time::{Duration, Instant};

/// Time between two looks at a condition.
const LOOK: Duration = Duration::from_millis(5);

/// Looks at `condition` until it gives a value.
///
/// # Panics
/// When it gives none within `limit`; `what` names it.
pub fn until<T>(what: &str, limit: Duration, mut condition: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(value) = condition() {
            return value;
        }
        assert!(start.elapsed() < limit, "waited {limit:?} in vain: {what}");
        std::thread::park_timeout(LOOK);
    }
}
