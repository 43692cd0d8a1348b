//! Processes as /proc shows them, and signals to them. Only to descendants of a server that a test started.

use std::fs;
use std::process::Command;

/// The worker processes below `server`: all of its descendants, in no order.
pub fn descendants(server: u32) -> Vec<u32> {
    let parents: Vec<(u32, u32)> = fs::read_dir("/proc")
        .expect("a mounted /proc")
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter_map(|pid| Some((pid, parent(pid)?)))
        .collect();
    let mut found = vec![server];
    let mut at = 0;
    while at < found.len() {
        let of = found[at];
        found.extend(parents.iter().filter(|(_, parent)| *parent == of).map(|(pid, _)| *pid));
        at += 1;
    }
    found.split_off(1)
}

fn parent(pid: u32) -> Option<u32> {
    field(pid, 1)?.parse().ok()
}

/// A field of /proc/PID/stat, counted from the state (0), which follows the name in parentheses.
fn field(pid: u32, index: usize) -> Option<String> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let rest = &stat[stat.rfind(')')? + 2..];
    rest.split(' ').nth(index).map(str::to_owned)
}

/// Processor time of a process so far, in clock ticks.
pub fn ticks(pid: u32) -> u64 {
    let read = |index| field(pid, index).and_then(|text| text.parse::<u64>().ok()).unwrap_or(0);
    read(11) + read(12)
}

/// Resident memory of a process, bytes; 0 when it is gone.
pub fn resident(pid: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or("0 kB");
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap_or(0) << 10
}

/// The descendant of `server` that has used the most processor time, when it has used any worth naming.
pub fn busiest(server: u32) -> Option<u32> {
    let spinning = |pid: &u32| ticks(*pid) > 20;
    descendants(server).into_iter().filter(spinning).max_by_key(|pid| ticks(*pid))
}

/// Sends a signal by name, for example `KILL`.
pub fn signal(pid: u32, name: &str) {
    let status = Command::new("kill").args(["-s", name, &pid.to_string()]).status().expect("the program kill");
    assert!(status.success(), "kill -s {name} {pid}");
}
