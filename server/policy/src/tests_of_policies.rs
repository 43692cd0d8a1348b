//! `mcp-v8 policy test`: rules named `test_*`, as `opa test` runs them. Not the tests of this crate.

use crate::error::PolicyError;
use crate::rego::bundle::Bundle;
use crate::rego::files::{Kind, entries};
use crate::rego::{Problem, limit, place};
use regorus::Value;
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Time for one test.
const TEST_LIMIT: Duration = Duration::from_secs(5);

/// What one test rule came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TestOutcome {
    Passed,
    /// Its value is false or undefined.
    Failed,
    /// It has no value; why.
    Error(String),
    /// Its name begins with `todo_`.
    Skipped,
}

/// One test rule.
#[derive(Clone, Debug)]
pub struct TestResult {
    /// Folder of the policy.
    pub policy: PathBuf,
    /// For example `data.mcp.fetch_test.test_allows_get`.
    pub name: String,
    pub outcome: TestOutcome,
    pub duration: Duration,
    /// What `print` wrote.
    pub printed: Vec<String>,
}

/// All tests of all policies. `Display` is the report: failures, then the counts.
#[derive(Debug, Default)]
pub struct TestReport {
    pub results: Vec<TestResult>,
    /// Policies that could not be loaded.
    pub errors: Vec<PolicyError>,
}

/// Runs the tests of every policy at or below `paths`. A directory that holds Rego files is one policy, with all that is
/// below it; a directory without any is looked through for policies.
pub fn run(paths: &[PathBuf]) -> TestReport {
    let mut report = TestReport::default();
    for path in paths {
        match policies(path) {
            Ok(found) => found.iter().for_each(|policy| report.policy(policy)),
            Err(problem) => report.refuse(path, vec![problem]),
        }
    }
    report
}

/// The policies at or below a path.
fn policies(path: &Path) -> Result<Vec<PathBuf>, Problem> {
    let mut found = Vec::new();
    let mut pending = vec![(path.to_owned(), 0)];
    while let Some((path, depth)) = pending.pop() {
        if path.is_file() {
            found.push(path);
            continue;
        }
        let entries = entries(&path).map_err(|problem| (None, problem))?;
        let is_rego = |entry: &PathBuf| {
            matches!(Kind::of(entry), Some(Kind::Rego | Kind::RegoTest)) && entry.is_file()
        };
        if entries.iter().any(is_rego) {
            found.push(path);
        } else if depth < crate::DEPTH_MAX {
            let folders = entries.into_iter().filter(|entry| entry.is_dir());
            pending.extend(folders.map(|folder| (folder, depth + 1)));
        }
    }
    found.sort();
    Ok(found)
}

impl TestReport {
    /// Whether there is at least one test, none failed and every policy could be loaded.
    pub fn passed(&self) -> bool {
        self.errors.is_empty()
            && self.count(|outcome| matches!(outcome, TestOutcome::Passed)) > 0
            && self.count(|outcome| matches!(outcome, TestOutcome::Failed | TestOutcome::Error(_)))
                == 0
    }

    pub fn count(&self, counts: impl Fn(&TestOutcome) -> bool) -> usize {
        self.results.iter().filter(|result| counts(&result.outcome)).count()
    }

    fn policy(&mut self, path: &Path) {
        let bundle = match Bundle::load_with_tests(path) {
            Ok(bundle) => bundle,
            Err(problems) => return self.refuse(path, problems),
        };
        for name in bundle.declared() {
            let last = name.rsplit('.').next().unwrap_or_default();
            let skipped = last.starts_with("todo_test_");
            if skipped || last.starts_with("test_") {
                self.results.push(test(&bundle, path, name, skipped));
            }
        }
    }

    fn refuse(&mut self, path: &Path, problems: Vec<Problem>) {
        let key = path.display().to_string();
        let error = |(place, problem): Problem| PolicyError {
            place: place.unwrap_or_else(|| key.clone()),
            capability: None,
            key: key.clone(),
            problem,
        };
        self.errors.extend(problems.into_iter().map(error));
    }
}

fn test(bundle: &Bundle, policy: &Path, name: &str, skipped: bool) -> TestResult {
    let start = Instant::now();
    let mut engine = bundle.engine.clone();
    engine.set_gather_prints(true);
    engine.set_input(Value::Undefined);
    limit(&mut engine, TEST_LIMIT);
    let outcome = if skipped {
        TestOutcome::Skipped
    } else {
        match engine.eval_rule(name.to_owned()) {
            Ok(Value::Bool(true)) => TestOutcome::Passed,
            Ok(_) => TestOutcome::Failed,
            Err(error) => TestOutcome::Error(place::joined(&error)),
        }
    };
    TestResult {
        policy: policy.to_owned(),
        name: name.to_owned(),
        outcome,
        duration: start.elapsed(),
        printed: engine.take_prints().unwrap_or_default(),
    }
}

impl fmt::Display for TestReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for error in &self.errors {
            writeln!(f, "{error}")?;
        }
        for result in &self.results {
            let word = match &result.outcome {
                TestOutcome::Passed => continue,
                TestOutcome::Failed => "FAIL",
                TestOutcome::Error(_) => "ERROR",
                TestOutcome::Skipped => "SKIPPED",
            };
            let ms = result.duration.as_secs_f64() * 1000.0;
            writeln!(f, "{}: {}: {word} ({ms:.1} ms)", result.policy.display(), result.name)?;
            if let TestOutcome::Error(why) = &result.outcome {
                writeln!(f, "  {why}")?;
            }
            for line in &result.printed {
                writeln!(f, "  {line}")?;
            }
        }
        let total = self.results.len();
        let mut line = |word: &str, count: usize| match count {
            0 => Ok(()),
            count => writeln!(f, "{word}: {count}/{total}"),
        };
        line("PASS", self.count(|outcome| matches!(outcome, TestOutcome::Passed)))?;
        line("FAIL", self.count(|outcome| matches!(outcome, TestOutcome::Failed)))?;
        line("ERROR", self.count(|outcome| matches!(outcome, TestOutcome::Error(_))))?;
        line("SKIPPED", self.count(|outcome| matches!(outcome, TestOutcome::Skipped)))?;
        if total == 0 { writeln!(f, "no tests found") } else { Ok(()) }
    }
}
