//! Ending a run from outside its JavaScript: the server's word, processor time, memory, output. One reason per run,
//! the first one; and never a termination that outlives its run.

use deno_core::v8::IsolateHandle;
use mcp_v8_sandbox::StopReason;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;

/// Shared by the isolate's thread, the control thread and V8's callbacks.
#[derive(Default)]
pub struct Control {
    current: Mutex<Option<Current>>,
    /// A job was accepted and is not over yet.
    busy: AtomicBool,
    /// Wakes the event loop of a run that waits.
    pub stopped: Notify,
}

struct Current {
    isolate: IsolateHandle,
    reason: Option<StopReason>,
    cpu_end: Duration,
    cpu_limit: Duration,
}

impl Control {
    /// A job was accepted: its run begins soon.
    pub fn accept(&self) {
        self.busy.store(true, Ordering::SeqCst);
    }

    /// A run begins; its processor time ends at `cpu_limit` from now.
    pub fn begin(&self, isolate: IsolateHandle, cpu_limit: Duration) {
        let cpu_end = processor_time().saturating_add(cpu_limit);
        *self.lock() = Some(Current { isolate, reason: None, cpu_end, cpu_limit });
    }

    /// Ends the current run; without one, nothing happens.
    pub fn stop(&self, reason: StopReason) {
        if let Some(current) = self.lock().as_mut()
            && current.reason.is_none()
        {
            current.reason = Some(reason);
            current.isolate.terminate_execution();
            self.stopped.notify_one();
        }
    }

    /// The reason the current run was given to stop, if any.
    pub fn is_stopped(&self) -> bool {
        self.lock().as_ref().is_some_and(|current| current.reason.is_some())
    }

    /// The run is over: from here on nobody terminates its isolate.
    pub fn end(&self) -> Option<StopReason> {
        self.busy.store(false, Ordering::SeqCst);
        self.lock().take().and_then(|current| current.reason)
    }

    /// Looks at the clock of the process. Called by the control thread, every few milliseconds; true while there is a job.
    pub fn tick(&self) -> bool {
        let over =
            |current: &Current| (processor_time() > current.cpu_end).then_some(current.cpu_limit);
        let over = self.lock().as_ref().and_then(over);
        if let Some(limit) = over {
            self.stop(StopReason::Cpu {
                limit_ms: u64::try_from(limit.as_millis()).unwrap_or(u64::MAX),
            });
        }
        self.busy.load(Ordering::SeqCst)
    }

    fn lock(&self) -> MutexGuard<'_, Option<Current>> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Processor time of all threads of this process.
pub fn processor_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Duration::new(u64::try_from(time.tv_sec).unwrap_or(0), u32::try_from(time.tv_nsec).unwrap_or(0))
}
