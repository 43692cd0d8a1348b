//! What the tests drive a server with. Not assertions: those are in the tests.

pub mod caller;
pub mod cdn;
pub mod children;
pub mod disk;
pub mod files;
pub mod http;
pub mod issuer;
pub mod mcp;
pub mod server;
pub mod state;
pub mod stdio;
pub mod upstream;

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
