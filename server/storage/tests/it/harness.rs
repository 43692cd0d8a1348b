//! The harness of the black box (`server/app/tests/blackbox`), as far as it is needed here. Not a copy: its files.

#![allow(dead_code, reason = "the black box uses the rest")]

#[path = "../../../app/tests/blackbox/harness/http.rs"]
pub mod http;
#[path = "../../../app/tests/blackbox/harness/server.rs"]
pub mod server;

use std::time::{Duration, Instant};

/// Waits until `condition` gives something; fails the test after half a minute.
pub fn eventually<T>(what: &str, mut condition: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = condition() {
            return found;
        }
        assert!(begun.elapsed() < Duration::from_secs(30), "never happened: {what}");
        std::thread::yield_now();
    }
}
