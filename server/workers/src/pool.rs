//! The pool: workers that are ready, workers that rest, and a bound on all of them.

mod shelf;

use crate::base::Base;
use crate::cgroup::{CgroupLimits, CgroupMode, CgroupState, Cgroups};
use crate::error::{LeaseError, StartError};
use crate::jail::JailMode;
use crate::process::Process;
use crate::spawner::{Spawner, WorkerBinary};
use crate::worker::Worker;
use mcp_v8_sandbox::Principal;
use shelf::Shelf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;

/// Numbers of the pool, from the configuration.
#[derive(Clone, Debug)]
pub struct PoolConfig {
    pub binary: WorkerBinary,
    /// Workers kept ready that belong to nobody yet.
    pub ready: usize,
    /// All worker processes together, live sessions included.
    pub max: usize,
    /// Runs after which a worker is replaced.
    pub runs_per_worker: u64,
    pub cgroup: CgroupMode,
    pub cgroup_limits: CgroupLimits,
    pub start_timeout: Duration,
    /// From the word to stop to the kill.
    pub terminate_grace: Duration,
}

/// A handle to the pool.
#[derive(Clone, Debug)]
pub struct Pool(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    config: PoolConfig,
    base: Base,
    spawner: Spawner,
    shelf: Mutex<Shelf>,
    /// A fresh worker was taken, or a place became free.
    refill: Notify,
    jail_missing: Vec<String>,
    cgroup: CgroupState,
}

impl Pool {
    /// Makes the base and the first worker, then keeps workers ready. Moves this process into a leaf of its own cgroup
    /// where workers get cgroups.
    ///
    /// # Errors
    /// [`StartError`], also when the jail or cgroups are required and this system lacks a part of them.
    pub async fn start(config: PoolConfig) -> Result<Self, StartError> {
        let (cgroups, cgroup) = take_cgroup(&config)?;
        let spawner = Spawner::start(cgroups)?;
        let base = Base::make(&config.binary, &spawner).await?;
        let first = Process::start(&config.binary, &base, &spawner, config.start_timeout).await?;
        let jail_missing = first.jail_missing.clone();
        if config.binary.jail == JailMode::Required && !jail_missing.is_empty() {
            return Err(StartError::Jail(jail_missing));
        }
        let mut shelf = Shelf::new(config.max);
        shelf.started(Worker::new(first, config.terminate_grace));
        let inner = Inner {
            config,
            base,
            spawner,
            shelf: Mutex::new(shelf),
            refill: Notify::new(),
            jail_missing,
            cgroup,
        };
        let pool = Self(Arc::new(inner));
        tokio::spawn(keep_ready(Arc::downgrade(&pool.0)));
        Ok(pool)
    }

    /// Parts of the jail this kernel does not have, in words.
    pub fn jail_missing(&self) -> &[String] {
        &self.0.jail_missing
    }

    /// Whether workers have cgroups of their own.
    pub fn cgroup(&self) -> &CgroupState {
        &self.0.cgroup
    }

    /// Workers alive, leased ones included.
    pub fn size(&self) -> usize {
        self.0.shelf().size()
    }

    /// Gives out a worker for this principal: one of its own that rests, or a fresh one.
    ///
    /// # Errors
    /// [`LeaseError::Exhausted`] when every worker is in use; a caller may free one of its own and try again.
    pub async fn lease(&self, principal: &Principal) -> Result<Worker, LeaseError> {
        loop {
            let Some(mut worker) = self.0.shelf().take(principal.tenant()) else { break };
            self.0.refill.notify_one();
            if !worker.has_ended() {
                return Ok(worker);
            }
            // Killed from outside while it was ready.
            self.discard(worker);
        }
        if !self.0.shelf().reserve() {
            return Err(LeaseError::Exhausted { max: self.0.config.max });
        }
        let mut worker = self.0.start_reserved().await?;
        worker.tenant = Some(principal.tenant().to_owned());
        Ok(worker)
    }

    /// Takes a worker back: it rests for its tenant, unless it is used up.
    pub fn give_back(&self, worker: Worker) {
        let mut shelf = self.0.shelf();
        if worker.is_sound() && worker.runs() < self.0.config.runs_per_worker {
            shelf.rest(worker);
        } else {
            shelf.gone();
            drop(shelf);
            // Dropping it kills it.
            drop(worker);
        }
        self.0.refill.notify_one();
    }

    /// Ends a worker that must not be used again.
    pub fn discard(&self, worker: Worker) {
        drop(worker);
        self.0.shelf().gone();
        self.0.refill.notify_one();
    }
}

impl Inner {
    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts a worker for a place that is reserved; gives the place up when that fails.
    async fn start_reserved(&self) -> Result<Worker, StartError> {
        let place = Place { inner: self, kept: false };
        let started = Process::start(
            &self.config.binary,
            &self.base,
            &self.spawner,
            self.config.start_timeout,
        )
        .await;
        let worker = Worker::new(started?, self.config.terminate_grace);
        place.keep();
        Ok(worker)
    }
}

fn take_cgroup(config: &PoolConfig) -> Result<(Option<Cgroups>, CgroupState), StartError> {
    if config.cgroup == CgroupMode::Off {
        return Ok((None, CgroupState::Off));
    }
    match Cgroups::take(config.cgroup_limits) {
        Ok(cgroups) => {
            let state = CgroupState::Below(cgroups.directory().to_owned());
            Ok((Some(cgroups), state))
        }
        Err(missing) if config.cgroup == CgroupMode::Required => Err(StartError::Cgroup(missing)),
        Err(missing) => Ok((None, CgroupState::Missing(missing.in_words()))),
    }
}

/// A reserved place in the pool: given up when the start fails or is abandoned.
struct Place<'a> {
    inner: &'a Inner,
    kept: bool,
}

impl Place<'_> {
    fn keep(mut self) {
        self.kept = true;
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        if !self.kept {
            self.inner.shelf().gone();
        }
    }
}

/// Keeps `ready` workers ready, one start at a time: starting is work that running scripts would miss.
async fn keep_ready(pool: std::sync::Weak<Inner>) {
    loop {
        let Some(inner) = pool.upgrade() else { return };
        let wanted = inner.shelf().ready() < inner.config.ready;
        if wanted && inner.shelf().reserve_free() {
            match inner.start_reserved().await {
                Ok(worker) => inner.shelf().shelve(worker),
                Err(error) => {
                    tracing::error!(%error, "cannot start a worker");
                    tokio::time::sleep(Duration::from_millis(500)).await;
                }
            }
            continue;
        }
        // Waits without keeping the pool alive: a dropped pool wakes nobody, so look again now and then.
        let refill = inner.refill.notified();
        let _ = tokio::time::timeout(Duration::from_secs(5), refill).await;
    }
}
