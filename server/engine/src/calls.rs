//! Calls of a run to the server, and their answers. Shared by the isolate's thread, which asks, and the control thread,
//! which reads the wire. What was asked dies with its run.

use crate::output::Output;
use mcp_v8_sandbox::wire::FromWorker;
use mcp_v8_sandbox::{HostAnswer, HostCall, HostError};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::oneshot;

type Answer = Result<HostAnswer, HostError>;

/// See the module.
pub struct Calls {
    output: Arc<Output>,
    next: AtomicU32,
    waiting: Mutex<HashMap<u32, oneshot::Sender<Answer>>>,
}

impl Calls {
    pub fn new(output: Arc<Output>) -> Self {
        Self { output, next: AtomicU32::new(1), waiting: Mutex::default() }
    }

    /// A number that no other call of this process has.
    pub fn number(&self) -> u32 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    /// Asks and waits for the answer.
    pub async fn ask(&self, call: HostCall) -> Answer {
        let id = self.number();
        let (sender, answer) = oneshot::channel();
        self.lock().insert(id, sender);
        self.output.send(&FromWorker::Call(id, Box::new(call)));
        answer.await.unwrap_or_else(|_| Err(HostError::new("Error", "the run is over")))
    }

    /// The same, with the thread in hand: for what JavaScript must know before it goes on. Not longer than the run.
    pub fn ask_now(&self, call: HostCall) -> Answer {
        deno_core::futures::executor::block_on(self.ask(call))
    }

    /// The server has answered. An answer to a call of an earlier run is nobody's.
    pub fn answer(&self, id: u32, answer: Answer) {
        if let Some(sender) = self.lock().remove(&id) {
            let _ = sender.send(answer);
        }
    }

    /// The run is over: whoever waits gets an error, which nobody hears.
    pub fn end(&self) {
        self.lock().clear();
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<u32, oneshot::Sender<Answer>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
