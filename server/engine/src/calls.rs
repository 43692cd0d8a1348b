//! Calls of a run to the server, and their answers. Shared by the isolate's thread, which asks, and the control thread,
//! which reads the wire. What was asked dies with its run.

use crate::output::Output;
use mcp_v8_sandbox::wire::FromWorker;
use mcp_v8_sandbox::{HostAnswer, HostCall, HostError};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::oneshot;

type Answer = Result<HostAnswer, HostError>;

/// How often a call that is waited for looks whether its run is being stopped.
const LOOK: Duration = Duration::from_millis(10);

/// Who gets an answer.
enum Waiting {
    /// A task of the event loop.
    Task(oneshot::Sender<Answer>),
    /// The isolate's thread, which does nothing else.
    Thread(mpsc::SyncSender<Answer>),
}

/// See the module.
pub struct Calls {
    output: Arc<Output>,
    next: AtomicU32,
    waiting: Mutex<HashMap<u32, Waiting>>,
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
        self.lock().insert(id, Waiting::Task(sender));
        self.output.send(&FromWorker::Call(id, Box::new(call)));
        answer.await.unwrap_or_else(|_| Err(over()))
    }

    /// Asks and keeps the thread until the answer is there or the run is stopped.
    pub fn ask_now(&self, call: HostCall) -> Answer {
        let id = self.number();
        let (sender, answer) = mpsc::sync_channel(1);
        self.lock().insert(id, Waiting::Thread(sender));
        self.output.send(&FromWorker::Call(id, Box::new(call)));
        loop {
            match answer.recv_timeout(LOOK) {
                Ok(answer) => return answer,
                Err(RecvTimeoutError::Timeout) if !self.output.is_stopped() => {}
                Err(_) => {
                    self.lock().remove(&id);
                    return Err(over());
                }
            }
        }
    }

    /// The server has answered. An answer to a call of an earlier run is nobody's.
    pub fn answer(&self, id: u32, answer: Answer) {
        let waiting = self.lock().remove(&id);
        match waiting {
            Some(Waiting::Task(sender)) => drop(sender.send(answer)),
            Some(Waiting::Thread(sender)) => drop(sender.send(answer)),
            None => {}
        }
    }

    /// The run is over: whoever waits gets an error, which nobody hears.
    pub fn end(&self) {
        self.lock().clear();
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<u32, Waiting>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn over() -> HostError {
    HostError::new("Error", "the run is over")
}
