//! Counting tests from what the test programs print. Not a judge: exit statuses decide what passed.

/// Numbers of tests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub passed: u64,
    pub failed: u64,
}

impl Tally {
    /// Adds a result line of cargo's test harness (`test result: ok. 5 passed; 0 failed; ...`); other lines count nothing.
    pub fn add_harness_line(&mut self, line: &str) {
        if let Some(counts) = line.strip_prefix("test result:").and_then(counts) {
            self.add(counts);
        }
    }

    /// Takes the place of what was counted if the line is a total (`5 passed, 0 failed`): the last total is the sum.
    pub fn replace_by_total_line(&mut self, line: &str) {
        let is_total = line.trim_start().starts_with(|c: char| c.is_ascii_digit());
        if let Some(total) = is_total.then(|| counts(line)).flatten() {
            *self = total;
        }
    }

    pub fn add(&mut self, other: Tally) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

impl std::fmt::Display for Tally {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} tests passed, {} failed", self.passed, self.failed)
    }
}

/// The numbers in front of `passed` and `failed`, when both are there.
fn counts(line: &str) -> Option<Tally> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let before = |name: &str| {
        let at = words.iter().position(|word| word.trim_end_matches([',', ';', '.']) == name)?;
        words.get(at.checked_sub(1)?)?.parse().ok()
    };
    Some(Tally { passed: before("passed")?, failed: before("failed")? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn harness_lines_add_up_and_other_lines_count_nothing() {
        let mut tally = Tally::default();
        for line in [
            "running 5 tests",
            "test a ... ok",
            "test result: ok. 5 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s",
            "3 passed, 3 failed said a test on its own",
            "test result: FAILED. 2 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out",
        ] {
            tally.add_harness_line(line);
        }
        assert_eq!(tally, Tally { passed: 7, failed: 1 });
        assert_eq!(tally.to_string(), "7 tests passed, 1 failed");
    }

    #[test]
    fn of_several_totals_the_last_counts() {
        let mut tally = Tally::default();
        for line in ["47 passed, 1 failed", "ok: 9 passed, 9 failed", "  60 passed, 2 failed."] {
            tally.replace_by_total_line(line);
        }
        assert_eq!(tally, Tally { passed: 60, failed: 2 });
    }
}
