//! The files of one run: look, judge, act. Not the single operations: those are in `act`.

use super::budget::Budget;
use super::errno::Errno;
use super::fault::{Fault, Op};
use super::handles::Handles;
use super::plan::{Plan, Step, step};
use super::root::Roots;
use mcp_v8_policy::{Context, Gate};
use mcp_v8_sandbox::HostError;
use mcp_v8_sandbox::host_call::file::{FileAnswer, FileCall};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use tokio::sync::Semaphore;

/// Calls of one run that work at once; others wait. Threads belong to the whole server.
const CALLS_AT_ONCE: usize = 8;

/// How often a call looks again when someone else made or removed the file meanwhile.
const ATTEMPTS: usize = 8;

/// What a run may see of the files. Dropping it closes all it has open and ends what is still under way.
pub struct FileRun {
    state: Arc<State>,
    gate: Arc<Gate>,
    context: Context,
    turns: Semaphore,
}

pub struct State {
    pub roots: Arc<Roots>,
    pub budget: Budget,
    pub handles: Handles,
    over: AtomicBool,
}

impl FileRun {
    pub(super) fn new(
        roots: Arc<Roots>,
        budget: Budget,
        gate: Arc<Gate>,
        context: Context,
    ) -> Self {
        let handles = Handles::new(budget.quotas.max_open);
        let state = State { roots, budget, handles, over: AtomicBool::new(false) };
        Self { state: Arc::new(state), gate, context, turns: Semaphore::new(CALLS_AT_ONCE) }
    }

    /// Performs one call, if the policy allows it. Needs a tokio runtime.
    ///
    /// # Errors
    /// [`HostError`] with the system's name of the error in `errno` and a message in Node's form; `denied.policy` and
    /// `limit.size` in `code` where the policy, a root or a quota said no.
    pub async fn call(&self, call: FileCall) -> Result<FileAnswer, HostError> {
        let turn = self.turns.acquire().await;
        // The semaphore is never closed.
        let _turn = turn.map_err(|_| Op::of("fs").fault(Errno::CANCELED))?;
        let call = Arc::new(call);
        let mut attempt = 1;
        loop {
            match self.once(&call).await {
                Err(fault) if fault.again && attempt < ATTEMPTS => attempt += 1,
                answer => return answer.map_err(HostError::from),
            }
        }
    }

    async fn once(&self, call: &Arc<FileCall>) -> Result<FileAnswer, Fault> {
        let (state, asked) = (self.state.clone(), call.clone());
        let Plan { op, request, act } = match blocking(move || step(&state, &asked)).await? {
            Step::Done(answer) => return Ok(answer),
            Step::Judge(plan) => *plan,
        };
        let allowed = self.gate.check(&self.context, request).await;
        let allowed = allowed.map_err(|denied| op.judged(&denied))?;
        let state = self.state.clone();
        blocking(move || act(&state, allowed)).await
    }
}

impl Drop for FileRun {
    fn drop(&mut self) {
        self.state.over.store(true, Relaxed);
    }
}

impl State {
    /// Refuses to go on with long work when the run is over.
    pub fn going_on(&self) -> Result<(), Errno> {
        if self.over.load(Relaxed) { Err(Errno::CANCELED) } else { Ok(()) }
    }
}

/// File systems have no asynchronous calls.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Fault> + Send + 'static,
) -> Result<T, Fault> {
    let done = tokio::task::spawn_blocking(work).await;
    // The thread panicked, or the runtime is shutting down.
    done.unwrap_or_else(|_| Err(Op::of("fs").fault(Errno::IO)))
}
