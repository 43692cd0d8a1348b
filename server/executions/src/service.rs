//! The service: what surfaces call. Every call names the principal, and sees nothing of another tenant.

use crate::active::Active;
use crate::checkpoints::Checkpoints;
use crate::ends::Ends;
use crate::error::{LookupError, SubmitError};
use crate::hosts::{Hosts, ServerTool, ToolServer};
use crate::meter::Meter;
use crate::metrics::{Counters, Metrics};
use crate::queue::{Bounds, Full, Queue, Queued};
use crate::request::{Request, Target};
use crate::sessions::{LiveLimits, Sessions};
use crate::{clamp, dispatch, live, retention, run};
use mcp_v8_sandbox::{Caller, Capability, Code, ExecutionId, HeapId, Principal, StopReason};
use mcp_v8_settings::Settings;
use mcp_v8_storage::{
    ListPage, ListQuery, NewExecution, OutputPage, PageRequest, Record, Retention, Store,
    Timestamp, check_tags,
};
use mcp_v8_workers::Pool;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, Semaphore};
use tokio::time::{Instant, timeout, timeout_at};

/// A handle to the executions of this server.
#[derive(Clone, Debug)]
pub struct Service(pub(crate) Arc<Inner>);

#[derive(Debug)]
pub(crate) struct Inner {
    pub settings: Arc<Settings>,
    pub pool: Pool,
    pub store: Store,
    /// `None`: states end with their worker.
    pub checkpoints: Option<Checkpoints>,
    /// `None`: scripts have no capability.
    pub hosts: Option<Arc<dyn Hosts>>,
    pub ends: Ends,
    pub active: Active,
    pub sessions: Sessions,
    pub meter: Meter,
    pub counters: Counters,
    pub places: Arc<Semaphore>,
    /// The queue, a session or a place changed.
    pub changed: Notify,
    queue: Mutex<Queue>,
    draining: AtomicBool,
}

/// How busy the server is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Load {
    pub queued: usize,
    pub running: usize,
    pub live_sessions: usize,
    pub workers: usize,
}

impl Service {
    /// Starts the dispatcher and the housekeeper. Must be called inside a tokio runtime.
    pub fn start(
        settings: Arc<Settings>,
        pool: Pool,
        store: Store,
        checkpoints: Option<Checkpoints>,
        hosts: Option<Arc<dyn Hosts>>,
    ) -> Self {
        let (limits, sessions) = (&settings.limits, &settings.sessions);
        let live = LiveLimits {
            idle_ttl: sessions.idle_ttl,
            max_live: sessions.max_live,
            max_memory: sessions.max_live_memory_bytes,
        };
        let keep = Retention {
            max_executions: settings.storage.max_executions,
            max_age: settings.storage.max_age,
            max_output_bytes_total: settings.storage.max_output_bytes_total,
        };
        let quotas = settings.quotas.clone();
        let bounds = Bounds {
            waiting: limits.queued_runs,
            waiting_per_tenant: limits.queued_runs_per_tenant,
            running_per_tenant: quotas.as_ref().map_or(usize::MAX, |one| one.concurrent_runs),
        };
        let inner = Arc::new(Inner {
            pool,
            ends: Ends::new(store.clone()),
            store,
            checkpoints,
            hosts,
            active: Active::default(),
            sessions: Sessions::new(live),
            meter: Meter::new(quotas),
            counters: Counters::default(),
            places: Arc::new(Semaphore::new(settings.workers.concurrent_runs)),
            changed: Notify::new(),
            queue: Mutex::new(Queue::new(bounds)),
            draining: AtomicBool::new(false),
            settings,
        });
        let heaps = retention::heaps_to_keep(&inner.settings);
        tokio::spawn(retention::keep_house(Arc::downgrade(&inner), keep, heaps));
        tokio::spawn(dispatch::dispatch(inner.clone()));
        Self(inner)
    }

    /// The configuration in force.
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// Admits a run: stored and queued when this returns.
    ///
    /// # Errors
    /// [`SubmitError`]; nothing is stored then.
    pub async fn submit(
        &self,
        principal: &Principal,
        request: Request,
    ) -> Result<ExecutionId, SubmitError> {
        let admitted = self.admit(principal, request).await;
        admitted.inspect_err(|error| self.0.counters.refused(error.code()))
    }

    async fn admit(
        &self,
        principal: &Principal,
        mut request: Request,
    ) -> Result<ExecutionId, SubmitError> {
        let inner = &self.0;
        let id = ExecutionId::generate();
        if let Some(file) = request.file.take() {
            self.read(principal, id, &mut request, &file).await?;
        }
        let limits = clamp::limits(&inner.settings, &request)?;
        let session = clamp::session(&inner.settings, &request)?;
        self.taggable(&request)?;
        inner.room(principal)?;
        self.within_quota(principal).await?;
        if let Some(heap) = request.heap {
            self.known(principal, heap).await?;
        }
        inner.meter.begin(principal.tenant())?;
        let new = NewExecution {
            id,
            tenant: principal.tenant().to_owned(),
            session: session.clone(),
            submitted_at: Timestamp::now(),
        };
        inner.store.submitted(new).await?;
        inner.active.add(id, principal);
        inner.queue().push(Queued {
            id,
            principal: principal.clone(),
            source: request.source,
            session,
            heap: request.heap,
            keeps: request.target != Target::Fresh,
            tags: request.tags,
            limits,
            since: std::time::Instant::now(),
        });
        inner.changed.notify_one();
        Ok(id)
    }

    /// Refuses a tenant of whom too much is stored.
    async fn within_quota(&self, principal: &Principal) -> Result<(), SubmitError> {
        let (inner, tenant) = (&self.0, principal.tenant());
        if inner.meter.wants_count(tenant) {
            let bytes = inner.store.stored_bytes(tenant).await?;
            inner.meter.counted(tenant, bytes);
        }
        inner.meter.stored(tenant)
    }

    /// Whether runs may have their source from a file.
    pub fn reads_files(&self) -> bool {
        let hosts = self.0.hosts.as_ref();
        hosts.is_some_and(|hosts| hosts.capabilities().contains(&Capability::RunJsFile))
    }

    /// Puts the text of a file into the request.
    async fn read(
        &self,
        principal: &Principal,
        execution: ExecutionId,
        request: &mut Request,
        file: &str,
    ) -> Result<(), SubmitError> {
        if !request.source.is_empty() {
            return Err(SubmitError::CodeAndFile);
        }
        let hosts = self.0.hosts.as_ref().filter(|_| self.reads_files());
        let hosts = hosts.ok_or(SubmitError::NoFiles)?;
        let session = clamp::session(&self.0.settings, request)?;
        let caller = Caller { principal: principal.clone(), execution, session };
        let text = hosts.script_file(caller, file, self.0.settings.limits.source_bytes).await;
        request.source = text.map_err(|error| SubmitError::File {
            code: error.code.unwrap_or(Code::ErrorRequest),
            message: error.message,
        })?;
        Ok(())
    }

    /// Refuses tags that nothing would have afterwards.
    fn taggable(&self, request: &Request) -> Result<(), SubmitError> {
        check_tags(&request.tags)?;
        match (request.tags.is_empty(), &request.target) {
            (true, _) => Ok(()),
            (false, _) if self.0.checkpoints.is_none() => Err(SubmitError::NoHeaps),
            (false, Target::Fresh) => Err(SubmitError::NothingToTag),
            (false, _) => Ok(()),
        }
    }

    /// Refuses a heap that cannot be started from, before anything is queued.
    async fn known(&self, principal: &Principal, heap: HeapId) -> Result<(), SubmitError> {
        if self.0.checkpoints.is_none() {
            return Err(SubmitError::NoHeaps);
        }
        match self.0.store.heap(principal.tenant(), heap).await? {
            Some(_) => Ok(()),
            None => Err(SubmitError::NoSuchHeap(heap)),
        }
    }

    /// An execution as it is when it is over, or after `up_to`, whichever comes first.
    ///
    /// # Errors
    /// [`LookupError::NotFound`] for an unknown or foreign id.
    pub async fn wait(
        &self,
        principal: &Principal,
        id: ExecutionId,
        up_to: Duration,
    ) -> Result<Record, LookupError> {
        if let Some(mut done) = self.0.active.watch(principal.tenant(), id) {
            let _ = timeout(up_to, done.wait_for(|over| *over)).await;
        }
        let unstored = self.0.ends.unstored();
        let record = self.0.store.get(principal.tenant(), id).await?;
        record.map(|record| unstored.complete(record)).ok_or(LookupError::NotFound)
    }

    /// An execution as it is now.
    ///
    /// # Errors
    /// As for [`Service::wait`].
    pub async fn get(&self, principal: &Principal, id: ExecutionId) -> Result<Record, LookupError> {
        self.wait(principal, id, Duration::ZERO).await
    }

    /// A tenant's executions, newest first.
    ///
    /// # Errors
    /// [`LookupError::Storage`], also for a limit out of range.
    pub async fn list(
        &self,
        principal: &Principal,
        query: ListQuery,
    ) -> Result<ListPage, LookupError> {
        let unstored = self.0.ends.unstored();
        let mut page = self.0.store.list(principal.tenant(), query).await?;
        page.records = page.records.into_iter().map(|one| unstored.complete(one)).collect();
        Ok(page)
    }

    /// A page of an execution's output.
    ///
    /// # Errors
    /// [`LookupError::NotFound`] for an unknown or foreign id.
    pub async fn output(
        &self,
        principal: &Principal,
        id: ExecutionId,
        page: PageRequest,
    ) -> Result<OutputPage, LookupError> {
        self.0.store.output(principal.tenant(), id, page).await?.ok_or(LookupError::NotFound)
    }

    /// Stops an execution, queued or running, and returns it when it is over. One that is over already stays as it is.
    ///
    /// # Errors
    /// [`LookupError::NotFound`] for an unknown or foreign id.
    pub async fn cancel(
        &self,
        principal: &Principal,
        id: ExecutionId,
    ) -> Result<Record, LookupError> {
        let inner = &self.0;
        let queued = inner.queue().remove(principal.tenant(), id);
        match queued {
            Some(_) => run::finish(inner, id, run::stopped(StopReason::Cancelled)).await,
            None => {
                inner.active.stop(principal.tenant(), id, StopReason::Cancelled);
            }
        }
        let grace = inner.settings.workers.terminate_grace + Duration::from_secs(2);
        self.wait(principal, id, grace).await
    }

    /// How busy the server is.
    pub fn load(&self) -> Load {
        let queued = self.0.queue().len();
        Load {
            queued,
            running: self.0.active.len().saturating_sub(queued),
            live_sessions: self.0.sessions.live(),
            workers: self.0.pool.size(),
        }
    }

    /// What has been counted since the start.
    pub fn metrics(&self) -> Metrics {
        let blobs = self.0.checkpoints.as_ref().map(Checkpoints::metrics);
        self.0.counters.snapshot(self.0.store.metrics(), blobs)
    }

    /// What scripts have globals for.
    pub fn capabilities(&self) -> Vec<Capability> {
        self.0.hosts.as_ref().map_or_else(Vec::new, |hosts| hosts.capabilities())
    }

    /// Names of the WebAssembly modules that scripts have as globals.
    pub fn wasm(&self) -> Vec<String> {
        self.0.hosts.as_ref().map_or_else(Vec::new, |hosts| hosts.wasm())
    }

    /// Servers whose tools scripts call.
    pub async fn tool_servers(&self) -> Vec<ToolServer> {
        match &self.0.hosts {
            Some(hosts) => hosts.tool_servers().await,
            None => Vec::new(),
        }
    }

    /// Tools of those servers that answer soon.
    pub async fn server_tools(&self) -> Vec<ServerTool> {
        match &self.0.hosts {
            Some(hosts) => hosts.server_tools().await,
            None => Vec::new(),
        }
    }

    /// The TypeScript declaration of such a tool; `None` where there is none.
    pub async fn declaration(
        &self,
        principal: &Principal,
        server: &str,
        tool: &str,
    ) -> Option<String> {
        self.0.hosts.as_ref()?.declaration(principal, server, tool).await
    }

    /// Whether anything can still be stored; without, every run is refused until the server is started again.
    pub fn is_writable(&self) -> bool {
        self.0.store.writable().is_ok()
    }

    /// Whether new runs are refused because the server is ending.
    pub fn is_draining(&self) -> bool {
        self.0.draining.load(Ordering::SeqCst)
    }

    /// Refuses new runs, lets running ones end for `grace`, then stops them, and stores every end.
    pub async fn drain(&self, grace: Duration) {
        let inner = &self.0;
        inner.draining.store(true, Ordering::SeqCst);
        let deadline = Instant::now() + grace;
        let waiting = inner.queue().drain();
        for queued in waiting {
            run::finish(inner, queued.id, run::stopped(StopReason::Draining)).await;
        }
        if timeout_at(deadline, inner.idle()).await.is_err() {
            inner.active.stop_all(&StopReason::Draining);
            let last = inner.settings.workers.terminate_grace + Duration::from_secs(2);
            let _ = timeout(last, inner.idle()).await;
        }
        let resting = {
            let mut queue = inner.queue();
            inner.sessions.end_all(&mut queue)
        };
        for evicted in resting {
            live::put_away(inner, evicted).await;
        }
    }
}

impl Inner {
    pub fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn room(&self, principal: &Principal) -> Result<(), SubmitError> {
        if self.draining.load(Ordering::SeqCst) {
            return Err(SubmitError::Draining);
        }
        let limits = &self.settings.limits;
        let waiting = self.ends.waiting();
        if waiting >= limits.queued_runs {
            return Err(SubmitError::StorageBehind { waiting });
        }
        let queue = self.queue();
        queue.room(principal.tenant()).map_err(|full| match full {
            Full::Queue => SubmitError::Busy {
                queued: queue.len(),
                limit: limits.queued_runs,
                limit_name: "limits.queued_runs",
            },
            Full::Tenant => SubmitError::Busy {
                queued: queue.waiting_of(principal.tenant()),
                limit: limits.queued_runs_per_tenant,
                limit_name: "limits.queued_runs_per_tenant",
            },
        })
    }

    /// Returns when nothing is active.
    async fn idle(&self) {
        while self.active.len() > 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}
