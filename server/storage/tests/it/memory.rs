//! What a large state costs in memory. Measured in a process of its own: this test binary once more, running `alone`.
#![cfg(target_os = "linux")]

use crate::sealed::*;
use mcp_v8_storage::{Envelopes, Keyring, Timestamp};
use std::{
    fs,
    process::{Command, Stdio},
};

const STATE: usize = 100 << 20;
/// Buffers of zstd and of whatever else, beside what grows with the state.
const SLACK: usize = 24 << 20;
const ALONE: &str = "MCP_V8_STORAGE_ALONE";

/// Bytes of a line of /proc/self/status.
fn status(name: &str) -> usize {
    let text = fs::read_to_string("/proc/self/status").expect("Linux has it");
    let line = text.lines().find_map(|line| line.strip_prefix(name)).expect("Linux has it");
    let kib = line.split_whitespace().find_map(|word| word.parse::<usize>().ok());
    kib.expect("a number") << 10
}

/// The most memory that `work` used, beyond what was in use before.
fn peak<T>(work: impl FnOnce() -> T) -> (T, usize) {
    let before = status("VmRSS:");
    // proc_pid_clear_refs(5): 5 resets the peak to what is in use now.
    fs::write("/proc/self/clear_refs", "5").expect("it is this process");
    let done = work();
    (done, status("VmHWM:").saturating_sub(before))
}

#[test]
#[ignore = "only a part of a_state_of_100_mb_is_stored_and_restored_in_three_times_its_size"]
fn alone() {
    if std::env::var_os(ALONE).is_none() {
        return;
    }
    let keys = Keyring::ephemeral().expect("random bytes");
    let state = heap(noise(1, STATE / 2), noise(2, STATE / 2));
    for encrypt in [false, true] {
        let envelopes = Envelopes::new(keys.clone(), engine(1), encrypt, STATE as u64);
        let (sealed, sealing) =
            peak(|| envelopes.seal("t", &state, None, Timestamp(0)).expect("within the limit"));
        let (opened, opening) =
            peak(|| envelopes.open("t", sealed.id, sealed.bytes).expect("it is ours"));
        assert!(opened.checkpoint == state);
        eprintln!(
            "encrypt {encrypt}: sealing {} MiB, opening {} MiB",
            sealing >> 20,
            opening >> 20
        );
        // Beside the state itself, and beside the envelope, which are in memory anyway.
        assert!(sealing <= 2 * STATE + SLACK, "sealing takes {sealing}");
        assert!(opening <= 2 * STATE + SLACK, "opening takes {opening}");
    }
}

#[test]
fn a_state_of_100_mb_is_stored_and_restored_in_three_times_its_size() {
    let child = Command::new(std::env::current_exe().expect("this binary"))
        .args(["memory::alone", "--exact", "--ignored", "--nocapture"])
        .env(ALONE, "1")
        .stdin(Stdio::null())
        .output()
        .expect("this binary runs");
    let said = String::from_utf8_lossy(&child.stderr);
    assert!(child.status.success(), "{said}");
    assert_eq!(said.matches("MiB, opening").count(), 2, "{said}");
}
