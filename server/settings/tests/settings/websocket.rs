//! `[websocket]`.

use crate::support::Setup;
use std::time::Duration;

#[test]
fn without_a_section_every_bound_is_the_documented_one() {
    let websocket = Setup::without_file().settings().websocket;
    assert_eq!((websocket.max_open, websocket.max_message_bytes), (8, 1 << 20));
    assert_eq!(websocket.max_total_bytes, 64 << 20);
    assert_eq!(websocket.connect_timeout, Duration::from_secs(10));
}

#[test]
fn every_number_has_both_ends() {
    for (name, min, max) in [
        ("max_open", 1, 256),
        ("max_message_kb", 1, 32_768),
        ("max_total_mb", 1, 65_536),
        ("connect_timeout_secs", 1, 60),
    ] {
        for good in [min, max] {
            Setup::file(format!("[websocket]\n{name} = {good}\n")).settings();
        }
        for bad in [min - 1, max + 1] {
            let problem = Setup::file(format!("[websocket]\n{name} = {bad}\n")).problem();
            let expected = format!("websocket.{name}: must be from {min} to {max}");
            assert!(problem.contains(&expected), "{problem}");
        }
    }
}
