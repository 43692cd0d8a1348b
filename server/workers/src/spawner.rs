//! The thread that starts processes. One, for the life of the server: the kernel ties a worker's life to the *thread*
//! that forked it (PR_SET_PDEATHSIG), so that must be one that does not end early.

use crate::cgroup::{Cgroups, Leaf};
use crate::error::StartError;
use crate::jail::JailMode;
use crate::jail::spawn::{Child as ChildSetup, KernelLimits};
use std::os::fd::{AsRawFd, OwnedFd};
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::mpsc::{Sender, channel};
use tokio::process::{Child, Command};
use tokio::runtime::Handle;
use tokio::sync::oneshot;

/// Open descriptors a worker may have: its three, the wire, the base, and the reactor's.
const DESCRIPTORS: u64 = 32;

/// Memory of the worker that makes the base, bytes; it runs none but our own scripts.
const BASE_MAKER_DATA: u64 = 2 << 30;

/// The program workers are made from, and what it is told.
#[derive(Clone, Debug)]
pub struct WorkerBinary {
    /// This very binary.
    pub program: PathBuf,
    /// V8 heap of the isolate made ahead, bytes.
    pub heap_bytes: u64,
    /// ArrayBuffer contents of the isolate made ahead, bytes.
    pub buffer_bytes: u64,
    /// `RLIMIT_DATA`, bytes.
    pub data_bytes: u64,
    pub jail: JailMode,
}

impl WorkerBinary {
    /// The running program itself, even when its file has been replaced since.
    pub fn current_program() -> std::io::Result<PathBuf> {
        let link = PathBuf::from("/proc/self/exe");
        if cfg!(target_os = "linux") && link.exists() { Ok(link) } else { std::env::current_exe() }
    }
}

/// A handle to the thread.
#[derive(Debug)]
pub struct Spawner {
    orders: Sender<Order>,
    cgroups: Option<Cgroups>,
}

/// A started worker.
#[derive(Debug)]
pub struct Spawned {
    pub child: Child,
    /// Its cgroup, where it has one of its own.
    pub leaf: Option<Leaf>,
}

/// Descriptors that a child gets.
struct Descriptors {
    wire: Option<OwnedFd>,
    base: OwnedFd,
    cgroup: Option<OwnedFd>,
}

struct Order {
    command: Command,
    /// Kept open until the child has them.
    _descriptors: Vec<OwnedFd>,
    answer: oneshot::Sender<std::io::Result<Child>>,
}

impl Spawner {
    /// Starts the thread. Must be called inside a tokio runtime, which reaps the children. Each worker gets a leaf of
    /// `cgroups`.
    ///
    /// # Errors
    /// [`StartError::Spawner`] when no thread can be had.
    pub fn start(cgroups: Option<Cgroups>) -> Result<Self, StartError> {
        let (orders, queue) = channel::<Order>();
        let runtime = Handle::current();
        std::thread::Builder::new()
            .name("spawner".into())
            .spawn(move || {
                let _inside = runtime.enter();
                while let Ok(mut order) = queue.recv() {
                    // Nobody waiting any more: the child is killed as it is dropped.
                    let _ = order.answer.send(order.command.spawn());
                }
            })
            .map_err(|_| StartError::Spawner)?;
        Ok(Self { orders, cgroups })
    }

    /// Starts a worker on its end of the wire.
    pub async fn spawn_worker(
        &self,
        binary: &WorkerBinary,
        wire: OwnedFd,
        base: OwnedFd,
    ) -> Result<Spawned, StartError> {
        let no_cgroup = StartError::spawning(binary);
        let leaf = self.cgroups.as_ref().map(Cgroups::leaf).transpose().map_err(&no_cgroup)?;
        let door = leaf.as_ref().map(Leaf::door).transpose().map_err(&no_cgroup)?;
        let mut command = command(binary);
        command
            .arg("--heap-bytes")
            .arg(binary.heap_bytes.to_string())
            .arg("--buffer-bytes")
            .arg(binary.buffer_bytes.to_string())
            .arg("--jail")
            .arg(binary.jail.as_str());
        let limits =
            KernelLimits { data_bytes: binary.data_bytes, descriptors: DESCRIPTORS, file_bytes: 0 };
        let descriptors = Descriptors { wire: Some(wire), base, cgroup: door };
        let child = self.spawn(binary, command, descriptors, limits).await?;
        Ok(Spawned { child, leaf })
    }

    /// Starts the worker that writes the base snapshot into `base`.
    pub async fn spawn_base_maker(
        &self,
        binary: &WorkerBinary,
        base: OwnedFd,
    ) -> Result<Child, StartError> {
        let mut command = command(binary);
        command.arg("--make-base");
        let limits = KernelLimits {
            data_bytes: BASE_MAKER_DATA,
            descriptors: DESCRIPTORS,
            file_bytes: 64 << 20,
        };
        let descriptors = Descriptors { wire: None, base, cgroup: None };
        self.spawn(binary, command, descriptors, limits).await
    }

    async fn spawn(
        &self,
        binary: &WorkerBinary,
        mut command: Command,
        descriptors: Descriptors,
        limits: KernelLimits,
    ) -> Result<Child, StartError> {
        let Descriptors { wire, base, cgroup } = descriptors;
        let setup = ChildSetup {
            wire: wire.as_ref().map_or(-1, AsRawFd::as_raw_fd),
            base: base.as_raw_fd(),
            cgroup: cgroup.as_ref().map_or(-1, AsRawFd::as_raw_fd),
            limits,
            parent: std::process::id().cast_signed(),
        };
        crate::jail::spawn::before_exec(&mut command, setup);
        let (answer, reply) = oneshot::channel();
        let kept = wire.into_iter().chain([base]).chain(cgroup).collect();
        let order = Order { command, _descriptors: kept, answer };
        self.orders.send(order).map_err(|_| StartError::Spawner)?;
        let spawned = reply.await.map_err(|_| StartError::Spawner)?;
        spawned.map_err(StartError::spawning(binary))
    }
}

/// The program with nothing of this process's environment: only what makes time and language the same for everybody.
fn command(binary: &WorkerBinary) -> Command {
    let mut command = Command::new(&binary.program);
    command
        .arg("worker")
        .env_clear()
        .env("TZ", "UTC")
        .env("LANG", "en_US.UTF-8")
        .current_dir("/")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}
