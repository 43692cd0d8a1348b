//! Steps that all run even if one fails, their times, and the plain last line. Not what a step does.

use anyhow::Result;
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// How a step ended that did not fail.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    Passed,
    /// Not done, and why. Never for a check that found something.
    Skipped(String),
}

#[derive(Debug)]
enum Ended {
    Passed,
    Skipped(String),
    Failed(String),
}

/// The steps done so far.
#[derive(Debug, Default)]
pub struct Steps {
    done: Vec<(&'static str, Duration, Ended)>,
}

impl Steps {
    /// Does one step: its name and its time are printed, a failure is printed and kept.
    pub fn run(&mut self, name: &'static str, work: impl FnOnce() -> Result<Verdict>) {
        println!("==> {name}");
        let start = Instant::now();
        let ended = match work() {
            Ok(Verdict::Passed) => Ended::Passed,
            Ok(Verdict::Skipped(why)) => Ended::Skipped(why),
            Err(error) => Ended::Failed(format!("{error:#}")),
        };
        let line = line(name, start.elapsed(), &ended);
        println!("{line}");
        self.done.push((name, start.elapsed(), ended));
    }

    /// Prints every step again and, last, the plain line; fails if a step did.
    pub fn finish(self) -> ExitCode {
        println!();
        for (name, time, ended) in &self.done {
            println!("{}", line(name, *time, ended));
        }
        println!("{}", self.summary());
        if self.count(|ended| matches!(ended, Ended::Failed(_))) == 0 {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        }
    }

    /// `N steps passed, M failed`, and the number of skipped ones where there are any.
    fn summary(&self) -> String {
        let passed = self.count(|ended| matches!(ended, Ended::Passed));
        let failed = self.count(|ended| matches!(ended, Ended::Failed(_)));
        let skipped = self.count(|ended| matches!(ended, Ended::Skipped(_)));
        let mut text = format!("{passed} steps passed, {failed} failed");
        if skipped > 0 {
            text.push_str(&format!(", {skipped} skipped"));
        }
        text
    }

    fn count(&self, which: impl Fn(&Ended) -> bool) -> usize {
        self.done.iter().filter(|(_, _, ended)| which(ended)).count()
    }
}

fn line(name: &str, time: Duration, ended: &Ended) -> String {
    let seconds = time.as_secs_f64();
    match ended {
        Ended::Passed => format!("{seconds:8.1} s  passed   {name}"),
        Ended::Skipped(why) => format!("{seconds:8.1} s  skipped  {name}: {why}"),
        Ended::Failed(why) => format!("{seconds:8.1} s  FAILED   {name}: {why}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_step_does_not_keep_the_next_from_running() {
        let mut steps = Steps::default();
        let mut ran = false;
        steps.run("one", || anyhow::bail!("broken"));
        steps.run("two", || {
            ran = true;
            Ok(Verdict::Passed)
        });
        assert!(ran);
        assert_eq!(steps.summary(), "1 steps passed, 1 failed");
        assert_eq!(steps.finish(), ExitCode::FAILURE);
    }

    #[test]
    fn a_skipped_step_is_neither_passed_nor_failed() {
        let mut steps = Steps::default();
        steps.run("one", || Ok(Verdict::Skipped("no npm".into())));
        steps.run("two", || Ok(Verdict::Passed));
        assert_eq!(steps.summary(), "1 steps passed, 0 failed, 1 skipped");
        assert_eq!(steps.finish(), ExitCode::SUCCESS);
    }

    #[test]
    fn a_line_says_why_a_step_did_not_pass() {
        let why = Ended::Failed("disk full".into());
        assert_eq!(
            line("build", Duration::from_millis(1500), &why),
            "     1.5 s  FAILED   build: disk full"
        );
    }
}
