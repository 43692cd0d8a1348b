//! One worker process and its end of the wire. Knows frames and exit statuses, not runs.

use crate::base::Base;
use crate::cgroup::Leaf;
use crate::error::StartError;
use crate::spawner::{Spawned, Spawner, WorkerBinary};
use bytes::BytesMut;
use mcp_v8_sandbox::wire::{Frame, FromWorker, HEADER, Header, ToWorker, WIRE_VERSION, WireError};
use std::io;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::process::Child;

/// Bytes that are read at once.
const READ_AHEAD: usize = 64 << 10;

/// Bytes that may wait for a worker that does not read before nothing more is made for it.
const WAITING_MAX: usize = 1 << 20;

/// Last bytes of a worker's stderr that are kept for the log.
const STDERR_KEPT: usize = 2048;

/// A started worker.
#[derive(Debug)]
pub struct Process {
    child: Child,
    /// After the child: what is still in it when it goes is killed.
    leaf: Option<Leaf>,
    reading: OwnedReadHalf,
    /// What has arrived and is no whole frame yet.
    arrived: BytesMut,
    /// Length of the last message, bytes.
    length: usize,
    writing: OwnedWriteHalf,
    /// What the worker has not taken yet. It leaves while the server reads, never instead: a worker that writes and does
    /// not read would hold the server up, and itself.
    waiting: BytesMut,
    stderr: Option<tokio::task::JoinHandle<String>>,
    pub jail_missing: Vec<String>,
}

/// The wire broke: the worker is gone or lies.
#[derive(Debug, thiserror::Error)]
pub enum Broken {
    #[error("the wire to the worker")]
    Io(#[from] io::Error),
    #[error("what the worker sent")]
    Wire(#[from] WireError),
}

impl Process {
    /// Starts a worker and waits until its isolate is up and its jail is closed.
    ///
    /// # Errors
    /// [`StartError`], with what its stderr said when it died.
    pub async fn start(
        binary: &WorkerBinary,
        base: &Base,
        spawner: &Spawner,
        timeout: Duration,
    ) -> Result<Self, StartError> {
        let spawn_failed = StartError::spawning(binary);
        let (ours, theirs) = std::os::unix::net::UnixStream::pair().map_err(&spawn_failed)?;
        ours.set_nonblocking(true).map_err(&spawn_failed)?;
        let base = base.0.try_clone().map_err(&spawn_failed)?;
        let Spawned { mut child, leaf } = spawner.spawn_worker(binary, theirs.into(), base).await?;
        let stream = UnixStream::from_std(ours).map_err(spawn_failed)?;
        let (reading, writing) = stream.into_split();
        let stderr = child.stderr.take().map(|pipe| tokio::spawn(last_words(pipe)));
        let arrived = BytesMut::with_capacity(READ_AHEAD);
        let (waiting, length, jail_missing) = (BytesMut::new(), 0, Vec::new());
        let mut process =
            Self { child, leaf, reading, arrived, length, writing, waiting, stderr, jail_missing };
        match tokio::time::timeout(timeout, process.receive()).await {
            Err(_) => Err(StartError::Timeout(timeout)),
            Ok(Ok(FromWorker::Ready(ready))) if ready.version == WIRE_VERSION => {
                process.jail_missing = ready.jail_missing;
                Ok(process)
            }
            Ok(Ok(FromWorker::Ready(ready))) => {
                Err(WireError::Version { ours: WIRE_VERSION, theirs: ready.version }.into())
            }
            Ok(_) => Err(StartError::Died(process.autopsy().await)),
        }
    }

    /// Process id; `None` once it has ended.
    pub fn id(&self) -> Option<u32> {
        self.child.id()
    }

    /// It has ended by itself.
    pub fn has_ended(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(Some(_)))
    }

    /// Puts a message in line; it leaves with the next `receive` or `flush`.
    ///
    /// # Errors
    /// [`Broken::Wire`] for one that is no frame.
    pub fn queue(&mut self, message: &ToWorker) -> Result<(), Broken> {
        self.waiting.extend_from_slice(&message.frame()?.encode()?);
        Ok(())
    }

    /// Whether the worker keeps up with what it is sent.
    pub fn has_room(&self) -> bool {
        self.waiting.len() < WAITING_MAX
    }

    /// Length of the message received last, bytes.
    pub fn length(&self) -> usize {
        self.length
    }

    /// Sends what waits. Cancel-safe, but a worker that does not read keeps it waiting: for what has a deadline.
    pub async fn flush(&mut self) -> Result<(), Broken> {
        Ok(self.writing.write_all_buf(&mut self.waiting).await?)
    }

    /// Receives a message, and sends meanwhile what waits. Cancel-safe: what has arrived of a frame stays until the next
    /// call.
    pub async fn receive(&mut self) -> Result<FromWorker, Broken> {
        loop {
            if let Some(message) = self.exchange(true).await? {
                return Ok(message);
            }
        }
    }

    /// The same; unless it `reads`, only what waits is sent. `None` when there is room again where there was none.
    pub async fn exchange(&mut self, reads: bool) -> Result<Option<FromWorker>, Broken> {
        loop {
            if reads && let Some(frame) = self.frame()? {
                return Ok(Some(FromWorker::parse(frame)?));
            }
            let had_room = self.has_room();
            let Self { reading, arrived, writing, waiting, .. } = self;
            tokio::select! {
                read = reading.read_buf(arrived), if reads => if read? == 0 {
                    return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
                },
                // A worker that is gone takes nothing; what it said before is read all the same.
                written = writing.write_buf(waiting), if !waiting.is_empty() => if written.is_err() {
                    waiting.clear();
                },
                else => std::future::pending().await,
            }
            if !had_room && self.has_room() {
                return Ok(None);
            }
        }
    }

    /// A whole frame, if one has arrived.
    fn frame(&mut self) -> Result<Option<Frame>, WireError> {
        let Some(header) = self.arrived.first_chunk::<HEADER>() else {
            self.arrived.reserve(READ_AHEAD);
            return Ok(None);
        };
        let Header { len, kind, id } = Header::parse(*header)?;
        let whole = HEADER + len;
        if self.arrived.len() < whole {
            self.arrived.reserve((whole - self.arrived.len()).max(READ_AHEAD));
            return Ok(None);
        }
        self.length = whole;
        let payload = self.arrived.split_to(whole).split_off(HEADER).into();
        Ok(Some(Frame { kind, id, payload }))
    }

    /// Kills the process and waits for its end.
    pub async fn kill(&mut self) {
        // It may have ended by itself: then there is nothing to do.
        let _ = self.child.kill().await;
    }

    /// How it ended; kills it first if it has not.
    pub async fn status(&mut self) -> Option<ExitStatus> {
        let grace = Duration::from_millis(200);
        match tokio::time::timeout(grace, self.child.wait()).await {
            Ok(status) => status.ok(),
            Err(_) => {
                self.kill().await;
                None
            }
        }
    }

    /// Bytes of memory its cgroup allows, when the kernel killed it for more.
    pub fn killed_at(&self) -> Option<u64> {
        self.leaf.as_ref().and_then(Leaf::killed_at)
    }

    /// How it ended, in words, with the end of its stderr.
    pub async fn autopsy(&mut self) -> String {
        let status = self.status().await;
        let mut words = describe(status);
        if let Some(limit) = self.killed_at() {
            words.push_str(&format!(
                " by its cgroup at {} MiB (workers.cgroup_memory_mb)",
                limit >> 20
            ));
        }
        if let Some(task) = self.stderr.take()
            && let Ok(Ok(said)) = tokio::time::timeout(Duration::from_millis(200), task).await
            && !said.trim().is_empty()
        {
            words.push_str(": ");
            words.push_str(said.trim());
        }
        words
    }
}

/// An exit status in words.
pub fn describe(status: Option<ExitStatus>) -> String {
    match status.map(|status| (status.signal(), status.code())) {
        Some((Some(signal), _)) => format!("signal {signal}"),
        Some((None, Some(code))) => format!("exit code {code}"),
        _ => "the wire closed".to_owned(),
    }
}

async fn last_words(mut pipe: tokio::process::ChildStderr) -> String {
    let mut kept = Vec::new();
    let mut buffer = [0u8; 1024];
    while let Ok(read @ 1..) = pipe.read(&mut buffer).await {
        kept.extend_from_slice(&buffer[..read]);
        let extra = kept.len().saturating_sub(STDERR_KEPT);
        kept.drain(..extra);
    }
    String::from_utf8_lossy(&kept).into_owned()
}
