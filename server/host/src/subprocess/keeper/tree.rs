//! The processes below this one, by /proc. Those that lost their parent are below it too: it is their reaper.

use rustix::process::{Pid, getpid};
use std::collections::HashMap;
use std::path::Path;

/// Whether there are more. In a namespace with a /proc of its own all but this one count, and only as many are looked at:
/// a fork bomb must not be quicker than its count.
pub fn more_than(max: u64) -> bool {
    let own = std::fs::read_link("/proc/self").ok();
    if getpid() != Pid::INIT || own.as_deref() != Some(Path::new("1")) {
        return below_self().len() as u64 > max;
    }
    let Ok(entries) = std::fs::read_dir("/proc") else { return false };
    let is_number = |entry: &std::fs::DirEntry| {
        entry.file_name().as_encoded_bytes().iter().all(u8::is_ascii_digit)
    };
    let numbers = entries.filter_map(Result::ok).filter(is_number);
    numbers.take(usize::try_from(max).unwrap_or(usize::MAX).saturating_add(2)).count() as u64
        > max + 1
}

/// Numbers as /proc has them, which may be another namespace's. Zombies count: they take a place in the table.
pub fn below_self() -> Vec<Pid> {
    let Ok(own) = std::fs::read_link("/proc/self") else { return Vec::new() };
    let Some(own) = own.to_str().and_then(|own| own.parse().ok()) else { return Vec::new() };
    let Ok(entries) = std::fs::read_dir("/proc") else { return Vec::new() };
    let ids = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<i32>().ok());
    let parents = ids.filter_map(|id| {
        let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
        Some((id, parent(&stat)?))
    });
    below(own, &parents.collect()).into_iter().filter_map(Pid::from_raw).collect()
}

/// proc(5), `/proc/pid/stat`: the name in brackets may hold anything, a bracket too.
fn parent(stat: &str) -> Option<i32> {
    stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()
}

fn below(top: i32, parents: &HashMap<i32, i32>) -> Vec<i32> {
    let mut children: HashMap<i32, Vec<i32>> = HashMap::new();
    for (id, parent) in parents {
        children.entry(*parent).or_default().push(*id);
    }
    let mut found = children.remove(&top).unwrap_or_default();
    let mut at = 0;
    while let Some(id) = found.get(at).copied() {
        found.extend(children.remove(&id).unwrap_or_default());
        at += 1;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_brackets_does_not_hide_a_parent() {
        assert_eq!(parent("12 (a) 1 (b) S 7 12 12 0"), Some(7));
        assert_eq!(parent("12 (a"), None);
    }

    #[test]
    fn all_below_are_found_at_any_depth_and_nobody_else() {
        let parents = HashMap::from([(2, 1), (3, 2), (4, 3), (5, 1), (6, 9)]);
        let mut found = below(2, &parents);
        found.sort_unstable();
        assert_eq!(found, [3, 4]);
    }
}
