//! The children of one run: how many there are, and the answers to the script's calls. Not one child.

use super::child::{Child, Reason, Setup, Time, signal_number};
use super::fault::Fault;
use super::order::{Confine, Order};
use super::resolve::{Resolved, resolve};
use super::server::ChildServer;
use mcp_v8_policy::Context;
use mcp_v8_sandbox::host_call::child::{
    ChildAnswer, ChildCall, ChildHandle, ChildOutput, ChildStart, INPUT_BYTES_MAX, PIPE_BYTES_MAX,
    Piped,
};
use mcp_v8_sandbox::{Code, HostError};
use mcp_v8_settings::ChildJail;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Bytes read at once from a child that runs to its end.
const PIECE: usize = 64 << 10;

/// One per run. Dropping it, with the calls under way, ends every child.
pub struct ChildRun {
    server: Arc<ChildServer>,
    context: Context,
    children: Mutex<HashMap<u32, Arc<Child>>>,
    last: AtomicU32,
    started: AtomicU64,
    /// Places for children that have not ended.
    places: Arc<Semaphore>,
}

impl ChildRun {
    pub(super) fn new(server: Arc<ChildServer>, context: Context) -> Self {
        let places = Arc::new(Semaphore::new(server.settings.max_children));
        Self {
            server,
            context,
            children: Mutex::default(),
            last: AtomicU32::new(0),
            started: AtomicU64::new(0),
            places,
        }
    }

    /// Answers one call of the script.
    ///
    /// # Errors
    /// [`HostError`], as the script will see it; `errno` has the system's name of the error.
    pub async fn call(&self, call: ChildCall) -> Result<ChildAnswer, HostError> {
        self.answer(call).await.map_err(HostError::from)
    }

    async fn answer(&self, call: ChildCall) -> Result<ChildAnswer, Fault> {
        match call {
            ChildCall::Run { start, input, most } => self.run(start, input, most).await,
            ChildCall::Start { start, piped } => {
                let (child, place) = self.start(start, piped).await?;
                let child = Arc::new(child);
                let number = self.last.fetch_add(1, Relaxed) + 1;
                self.children().insert(number, child.clone());
                tokio::spawn(until_end(Arc::downgrade(&child), place));
                Ok(ChildAnswer::Started(ChildHandle(number)))
            }
            ChildCall::Read { child, output, most } => {
                let most = (most as usize).clamp(1, PIPE_BYTES_MAX);
                self.child(child)?.read(output, most).await.map(ChildAnswer::Bytes)
            }
            ChildCall::Write { child, bytes } => {
                self.child(child)?.write(&bytes).await.map(|()| ChildAnswer::Done)
            }
            ChildCall::CloseInput { child } => {
                self.child(child)?.close_input().await;
                Ok(ChildAnswer::Done)
            }
            ChildCall::Wait { child } => Ok(ChildAnswer::Exit(self.child(child)?.wait().await)),
            ChildCall::Kill { child, signal } => {
                let number = signal_number(&signal).ok_or(Fault::Signal(signal))?;
                self.child(child)?.signal(number);
                Ok(ChildAnswer::Done)
            }
        }
    }

    async fn run(
        &self,
        start: ChildStart,
        input: Vec<u8>,
        most: u64,
    ) -> Result<ChildAnswer, Fault> {
        if input.len() > INPUT_BYTES_MAX {
            return Err(Fault::Input);
        }
        let piped = Piped { input: !input.is_empty(), output: true, error: true };
        // The place is free again when all of it is gone.
        let (child, _place) = self.start(start, piped).await?;
        let feed = async {
            // A child need not read what it is given.
            if piped.input {
                let _ = child.write(&input).await;
                child.close_input().await;
            }
        };
        let (_, output, error) = tokio::join!(
            feed,
            collect(&child, ChildOutput::Output, most),
            collect(&child, ChildOutput::Error, most)
        );
        let (output, error) = (output?, error?);
        Ok(ChildAnswer::Ended { output, error, exit: child.wait().await })
    }

    /// Looks, judges, starts.
    async fn start(
        &self,
        start: ChildStart,
        piped: Piped,
    ) -> Result<(Child, OwnedSemaphorePermit), Fault> {
        let settings = &self.server.settings;
        let place = self.places.clone().try_acquire_owned();
        let place = place.map_err(|_| Fault::AtOnce(settings.max_children))?;
        if self.started.fetch_add(1, Relaxed) >= settings.max_children_per_run {
            return Err(Fault::PerRun(settings.max_children_per_run));
        }
        let (server, command) = (self.server.clone(), start.command.clone());
        let time = time(start.timeout_ms, settings.timeout);
        let looked = tokio::task::spawn_blocking(move || resolve(&server.settings, start)).await;
        let Resolved { request, program, cwd, environment } =
            looked.map_err(|error| Fault::Keeper(error.to_string()))??;
        let allowed = self.server.gate.check(&self.context, request).await;
        let allowed = allowed.map_err(|denied| Fault::Denied {
            command: command.clone(),
            denied: Box::new(denied),
        })?;
        let request = allowed.into_inner();
        let order = Order {
            name: program.name,
            args: request.args,
            env: environment.all.into_iter().collect(),
            program: request.executable.into(),
            cwd: request.cwd.into(),
            script: program.script,
            confine: Confine {
                read: settings.read.clone(),
                write: settings.write.clone(),
                network: settings.network,
                required: settings.jail == ChildJail::Required,
            },
            max_processes: settings.max_processes,
            max_memory: settings.max_memory_bytes,
            max_file: settings.max_file_bytes,
        };
        let setup = Setup {
            keeper: &self.server.keeper,
            network: settings.network,
            piped,
            time,
            max_output: settings.max_output_bytes,
            max_processes: settings.max_processes,
        };
        let child = Child::start(setup, order, program.fd, cwd, &command).await?;
        if !child.missing.is_empty() && !self.server.warned.swap(true, Relaxed) {
            let missing = child.missing.join("; ");
            tracing::warn!(%missing, "child processes are confined less than they could be");
        }
        Ok((child, place))
    }

    fn child(&self, handle: ChildHandle) -> Result<Arc<Child>, Fault> {
        self.children().get(&handle.0).cloned().ok_or(Fault::Unknown)
    }

    fn children(&self) -> MutexGuard<'_, HashMap<u32, Arc<Child>>> {
        self.children.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Gives a place back when a child has ended, or its run is over.
async fn until_end(child: Weak<Child>, place: OwnedSemaphorePermit) {
    let end = child.upgrade().map(|child| child.end());
    if let Some(mut end) = end {
        let _ = end.wait_for(Option::is_some).await;
    }
    if let Some(child) = child.upgrade() {
        child.close_input().await;
    }
    drop(place);
}

fn time(wanted_ms: Option<u64>, most: Duration) -> Time {
    match wanted_ms.map(Duration::from_millis).filter(|wanted| *wanted < most) {
        Some(limit) => Time { limit, why: format!("its timeout of {} ms", limit.as_millis()) },
        None => Time {
            limit: most,
            why: format!("it may run {} s (policies.subprocess.timeout_secs)", most.as_secs()),
        },
    }
}

/// All of an output, up to `most`.
async fn collect(child: &Child, which: ChildOutput, most: u64) -> Result<Vec<u8>, Fault> {
    let mut all = Vec::new();
    loop {
        let piece = child.read(which, PIECE).await?;
        if piece.is_empty() {
            return Ok(all);
        }
        let room = most.saturating_sub(all.len() as u64);
        if piece.len() as u64 > room {
            all.extend_from_slice(&piece[..room as usize]);
            let why = format!("maxBuffer is {most} bytes");
            child.stop(Reason { code: Code::LimitOutput, why });
            return Ok(all);
        }
        all.extend_from_slice(&piece);
    }
}
