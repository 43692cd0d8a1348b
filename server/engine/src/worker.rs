//! The worker process: V8 up, base restored, jail closed, then one run after the other until the wire ends.

mod saving;
mod starting;

pub use starting::unrestored;

use crate::calls::Calls;
use crate::control::Control;
use crate::isolate::{Base, Bounds, Carried, Isolate, World};
use crate::output::Output;
use crate::run::{Context, run};
use crate::wire_io::{self, WireIoError};
use crate::{base, memory, platform};
use mcp_v8_sandbox::wire::{FromWorker, Ready, ToWorker, WIRE_VERSION};
use mcp_v8_sandbox::{Checkpoint, CheckpointKind, Job, Limits, Parts, Scope, StopReason};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

/// How often a run's processor time and unsent output are looked at.
const TICK: Duration = Duration::from_millis(20);

/// What a worker is started with.
pub struct WorkerOptions {
    /// The descriptor to the server.
    pub wire: UnixStream,
    /// The base snapshot, a sealed file.
    pub base: OwnedFd,
    /// V8 heap of the isolate made ahead, bytes.
    pub heap: u64,
    /// ArrayBuffer contents of the isolate made ahead, bytes.
    pub buffers: u64,
    /// Closes the part of the jail that threads inherit: called before V8 starts its own. Returns what this kernel
    /// does not have.
    pub enter: fn() -> Vec<String>,
    /// Closes the rest: called once, after V8's threads exist.
    pub seal: fn() -> Vec<String>,
}

/// The start failed before the first run.
#[derive(Debug, thiserror::Error)]
pub enum WorkerError {
    #[error("no tokio runtime in the worker")]
    Runtime(#[source] std::io::Error),
    #[error("mapping the base snapshot")]
    Base(#[source] std::io::Error),
    #[error(transparent)]
    Mismatch(#[from] crate::isolate::BaseMismatch),
    #[error("the wire to the server")]
    Wire(#[from] WireIoError),
    #[error("a V8 snapshot could not be completed")]
    Snapshot(#[from] crate::heap::SidecarError),
    #[error("the random generator")]
    Random(#[from] crate::crypto::CryptoError),
    #[error("starting the control thread")]
    Thread(#[source] std::io::Error),
}

/// Works until the server closes the wire. Leaves by `_exit`: V8 is not torn down.
///
/// # Errors
/// [`WorkerError`] when the start fails; afterwards the process ends by itself.
pub fn work(options: WorkerOptions) -> Result<std::convert::Infallible, WorkerError> {
    memory::exit_when_exhausted();
    memory::explain_aborts();
    let mut jail_missing = (options.enter)();
    platform::start(options.buffers >> 16);
    let base = map(&options.base).map_err(WorkerError::Base)?;
    let tokio = base::runtime().map_err(WorkerError::Runtime)?;
    let control = Arc::new(Control::default());
    let reading = options.wire.try_clone().map_err(WireIoError::Io)?;
    let output = Arc::new(Output::new(options.wire, control.clone()));
    let calls = Arc::new(Calls::new(output.clone()));
    let bounds = Bounds { heap: options.heap, buffers: options.buffers };
    let mut worker = Worker {
        base,
        tokio,
        control: control.clone(),
        output: output.clone(),
        calls: calls.clone(),
        isolate: None,
    };
    worker.prepare(World::Plain, bounds, Carried::default())?;
    memory::engine_is_up();
    let (jobs, queue) = channel();
    // The thread exists before the jail closes; it only reads, and ends runs.
    let listener = Listener { reading, jobs, control, calls, output: output.clone() };
    std::thread::Builder::new()
        .name("control".into())
        .stack_size(256 << 10)
        .spawn(move || listener.listen())
        .map_err(WorkerError::Thread)?;
    // aws-lc sets its generator up at the first use, with system calls the jail refuses.
    crate::crypto::warm_up()?;
    jail_missing.extend((options.seal)());
    output.send(&FromWorker::Ready(Ready { version: WIRE_VERSION, jail_missing }));
    worker.serve(&queue, bounds)
}

/// Ends a worker whose server is gone.
pub fn exit_unheard() -> ! {
    // SAFETY: _exit only ends the process.
    unsafe { libc::_exit(0) }
}

struct Worker {
    base: Base,
    tokio: tokio::runtime::Runtime,
    control: Arc<Control>,
    output: Arc<Output>,
    calls: Arc<Calls>,
    isolate: Option<Isolate>,
}

impl Worker {
    /// Replaces the isolate by a new one.
    fn prepare(
        &mut self,
        world: World,
        bounds: Bounds,
        carried: Carried,
    ) -> Result<(), WorkerError> {
        // deno_core posts V8's delayed tasks to the current reactor.
        let _inside = self.tokio.enter();
        match self.isolate.take() {
            // Only a snapshot ends a creator; it stays where it is, and the server replaces this process soon.
            Some(isolate) if isolate.runtime.is_creator() => std::mem::forget(isolate),
            other => drop(other),
        }
        let (output, calls, control) = (&self.output, &self.calls, &self.control);
        let made = Isolate::restore(self.base, world, bounds, carried, output, calls, control)?;
        self.isolate = Some(made);
        Ok(())
    }

    fn serve(
        &mut self,
        queue: &Receiver<Work>,
        standard: Bounds,
    ) -> Result<std::convert::Infallible, WorkerError> {
        loop {
            let (job, checkpoint) = match queue.recv() {
                Ok(Work::Run(job, checkpoint)) => (job, checkpoint),
                Ok(Work::Save(kind, limits)) => {
                    self.save(kind, &limits)?;
                    continue;
                }
                Ok(Work::Reset) => {
                    self.prepare(World::Plain, standard, Carried::default())?;
                    continue;
                }
                Err(_) => exit_unheard(),
            };
            let live = job.scope == Scope::Live;
            let started = match self.ready(&job, checkpoint)? {
                Ok(started) => started,
                Err(report) => {
                    self.output.send(&FromWorker::Done(Box::new(report)));
                    continue;
                }
            };
            let Some(isolate) = self.isolate.as_mut() else { continue };
            isolate.used = true;
            let context =
                Context { tokio: &self.tokio, control: &self.control, output: &self.output };
            let mut report = run(isolate, &context, &job, started.later);
            report.lost.extend(started.lost);
            let sound = report.sound;
            self.calls.end();
            self.output.send(&FromWorker::Done(Box::new(report)));
            if let Some(kind) = job.state.filter(|_| job.save && sound) {
                self.save(kind, &job.limits)?;
            }
            if !live && sound && job.state != Some(CheckpointKind::Heap) {
                // The next run's isolate is made now, while nobody waits for it.
                self.prepare(World::Plain, standard, Carried::default())?;
            }
        }
    }
}

/// What the isolate's thread is asked to do.
enum Work {
    /// A job, and the state it starts from.
    Run(Box<Job>, Option<Checkpoint>),
    Save(CheckpointKind, Limits),
    Reset,
}

/// The control thread: what the server says, and the clock.
struct Listener {
    reading: UnixStream,
    jobs: Sender<Work>,
    control: Arc<Control>,
    calls: Arc<Calls>,
    output: Arc<Output>,
}

impl Listener {
    fn listen(mut self) {
        let mut parts = Parts::default();
        loop {
            if !self.wait() {
                self.output.flush_without_waiting();
                continue;
            }
            let message =
                wire_io::read(&mut self.reading).and_then(|frame| Ok(ToWorker::parse(frame)?));
            match message {
                Ok(ToWorker::State(section, bytes)) => parts.push(section, &bytes),
                Ok(ToWorker::Start(job)) => {
                    self.control.accept();
                    let parts = std::mem::take(&mut parts);
                    let checkpoint = job.restore.and_then(|kind| parts.finish(kind));
                    if self.jobs.send(Work::Run(job, checkpoint)).is_err() {
                        exit_unheard();
                    }
                }
                Ok(ToWorker::Save(kind, limits)) => {
                    if self.jobs.send(Work::Save(kind, limits)).is_err() {
                        exit_unheard();
                    }
                }
                Ok(ToWorker::Answer(id, answer)) => self.calls.answer(id, answer),
                Ok(ToWorker::Reset) => {
                    if self.jobs.send(Work::Reset).is_err() {
                        exit_unheard();
                    }
                }
                // The server knows why; what it says counts, not this.
                Ok(ToWorker::Terminate) => {
                    self.control.stop(StopReason::Cancelled);
                    // Whoever waits for an answer with the thread in hand waits no more.
                    self.calls.end();
                }
                Err(_) => exit_unheard(),
            }
        }
    }

    /// Waits for a frame; false when a tick of a run has passed instead.
    fn wait(&self) -> bool {
        use rustix::event::{PollFd, PollFlags, Timespec, poll};
        let busy = self.control.tick();
        let tick = Timespec { tv_sec: 0, tv_nsec: i64::from(TICK.subsec_nanos()) };
        let mut fds = [PollFd::new(&self.reading, PollFlags::IN)];
        let ready = poll(&mut fds, busy.then_some(&tick));
        matches!(ready, Ok(n) if n > 0)
    }
}

/// Maps a file for the rest of the process.
fn map(file: &OwnedFd) -> std::io::Result<Base> {
    let length = usize::try_from(rustix::fs::fstat(file.as_fd())?.st_size).unwrap_or(0);
    if length == 0 {
        return Err(std::io::Error::new(
            std::io::ErrorKind::UnexpectedEof,
            "the base snapshot is empty",
        ));
    }
    // SAFETY: a private, read-only mapping of a file the server has sealed, never unmapped; the slice covers exactly it.
    unsafe {
        let address = rustix::mm::mmap(
            std::ptr::null_mut(),
            length,
            rustix::mm::ProtFlags::READ,
            rustix::mm::MapFlags::PRIVATE,
            file.as_fd(),
            0,
        )?;
        Ok(Base(std::slice::from_raw_parts(address.cast::<u8>().cast_const(), length)))
    }
}
