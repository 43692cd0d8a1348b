//! One rule of a chain: where it is asked, and its name. Not how answers add up.

use crate::budget::Budget;
use crate::input::Input;
use crate::opa::Opa;
use crate::rego::rule::RegoRule;
use crate::verdict::{RuleError, RuleVerdict, Verdict};
use std::sync::{Arc, LazyLock};
use std::time::Instant;
use tokio::sync::Semaphore;

/// Evaluations at once, over the whole process: a builtin that does not end holds a thread, and no more than these.
static EVALUATIONS: LazyLock<Arc<Semaphore>> = LazyLock::new(|| {
    let cores = std::thread::available_parallelism().map_or(4, usize::from);
    Arc::new(Semaphore::new(cores.max(4)))
});

#[derive(Debug)]
pub(crate) struct Judge {
    /// Key of the configuration.
    pub(crate) key: String,
    pub(crate) source: String,
    pub(crate) query: String,
    pub(crate) at: At,
}

#[derive(Debug)]
pub(crate) enum At {
    Process(Arc<RegoRule>),
    Server(Opa),
}

impl Judge {
    /// It could look at the addresses that a name resolved to. What a policy server looks at, nobody here knows.
    pub(crate) fn sees_addresses(&self) -> bool {
        match &self.at {
            At::Process(rule) => rule.sees_addresses,
            At::Server(_) => true,
        }
    }

    pub(crate) async fn ask(&self, input: &Input, budget: Budget) -> RuleVerdict {
        let start = Instant::now();
        let answer = async {
            match &self.at {
                At::Process(rule) => evaluate(rule.clone(), input.clone(), budget).await,
                At::Server(server) => server.ask(input).await,
            }
        };
        let answer = tokio::time::timeout(budget.left(), answer).await;
        RuleVerdict {
            rule: self.key.clone(),
            source: self.source.clone(),
            query: self.query.clone(),
            verdict: answer.unwrap_or(Verdict::Error(RuleError::Timeout(budget.limit))),
            latency: start.elapsed(),
        }
    }
}

/// On a thread that may block, so that a slow policy holds up nobody else.
async fn evaluate(rule: Arc<RegoRule>, input: Input, budget: Budget) -> Verdict {
    let failed = |why: &dyn std::fmt::Display| {
        Verdict::Error(RuleError::Evaluation(format!("the evaluation ended early: {why}")))
    };
    let permit = match EVALUATIONS.clone().acquire_owned().await {
        Ok(permit) => permit,
        Err(closed) => return failed(&closed),
    };
    let evaluation = tokio::task::spawn_blocking(move || {
        let verdict = rule.evaluate(&input, budget);
        drop(permit);
        verdict
    });
    evaluation.await.unwrap_or_else(|error| failed(&error))
}
