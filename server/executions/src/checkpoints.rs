//! Checkpoints between a run and storage: sealed and put before a head moves, verified before a worker sees a byte.
//! Not the codec of a state, which is the engine's, and not the order of heads, which is the store's.

mod error;
mod house;
mod verify;

pub use error::CheckpointError;
pub use house::Collected;
pub use verify::{Orphan, Orphans};

use bytes::Bytes;
use mcp_v8_sandbox::{Checkpoint, CheckpointKind, ExecutionId, HeapId, Lost, SessionName};
use mcp_v8_storage::{
    Advance, BlobKey, BlobMetrics, Blobs, EngineMatch, Envelopes, Finished, NewHeap, Opened, Pin,
    SessionRun, Store, Tags, Timestamp,
};

/// Where checkpoints are kept. Clones share it.
#[derive(Clone, Debug)]
pub struct Checkpoints {
    store: Store,
    envelopes: Envelopes,
    blobs: Blobs,
    /// The engine's name in metadata, for people.
    engine: String,
}

/// A state to start from.
#[derive(Debug)]
pub struct Loaded {
    pub checkpoint: Checkpoint,
    /// What is gone because another engine stored it.
    pub lost: Vec<Lost>,
}

/// A checkpoint whose blob is durable; nothing points to it yet.
#[derive(Debug)]
pub struct Kept {
    pin: Pin,
    heap: NewHeap,
}

impl Kept {
    pub fn id(&self) -> HeapId {
        self.pin.id()
    }
}

/// A state to keep.
#[derive(Debug)]
pub struct State {
    pub checkpoint: Checkpoint,
    /// The heap it was continued from.
    pub parent: Option<HeapId>,
    pub lost: Vec<Lost>,
    pub tags: Tags,
}

/// Which head moves, and from where.
#[derive(Debug)]
pub struct Move {
    pub session: SessionName,
    pub expected: Option<HeapId>,
    pub run: SessionRun,
}

impl Checkpoints {
    pub fn new(store: Store, envelopes: Envelopes, blobs: Blobs, engine: String) -> Self {
        Self { store, envelopes, blobs, engine }
    }

    /// What the store of the sealed bytes has done.
    pub fn metrics(&self) -> BlobMetrics {
        self.blobs.metrics()
    }

    /// A stored state, proved to be this tenant's and unchanged.
    ///
    /// # Errors
    /// [`CheckpointError`]; never a fresh state in its place.
    pub async fn load(&self, tenant: &str, id: HeapId) -> Result<Loaded, CheckpointError> {
        let _pin = self.store.pin(tenant, id).await;
        if self.store.heap(tenant, id).await?.is_none() {
            return Err(CheckpointError::NotFound(id));
        }
        let key = BlobKey::new(tenant, id);
        let opened = match self.open(tenant, id).await {
            // A cache may be damaged where the store behind it is not.
            Err(CheckpointError::Envelope(_)) if self.blobs.forget(key).await => {
                self.open(tenant, id).await?
            }
            other => other?,
        };
        let lost = match &opened.engine {
            EngineMatch::Same => Vec::new(),
            EngineMatch::Changed(mismatch) => {
                vec![Lost { name: "*".into(), reason: mismatch.to_string() }]
            }
        };
        Ok(Loaded { checkpoint: opened.checkpoint, lost })
    }

    async fn open(&self, tenant: &str, id: HeapId) -> Result<Opened, CheckpointError> {
        let most = self.envelopes.envelope_bytes_max();
        let bytes = self.blobs.get(BlobKey::new(tenant, id), most).await?;
        let bytes = bytes.ok_or(CheckpointError::BlobMissing(id))?;
        let (envelopes, tenant) = (self.envelopes.clone(), tenant.to_owned());
        Ok(blocking(move || envelopes.open(&tenant, id, bytes)).await??)
    }

    /// Seals a state and puts it, durably.
    ///
    /// # Errors
    /// [`CheckpointError`]; nothing points to what may have been put.
    pub async fn keep(&self, tenant: &str, state: State) -> Result<Kept, CheckpointError> {
        let State { checkpoint, parent, lost, tags } = state;
        let created_at = Timestamp::now();
        let kind = checkpoint.kind;
        let values_bytes = checkpoint.values.len() as u64;
        let heap_bytes = checkpoint.heap.as_ref().map_or(0, Vec::len) as u64;
        let (envelopes, owner) = (self.envelopes.clone(), tenant.to_owned());
        let seal = move || envelopes.seal(&owner, &checkpoint, parent, created_at);
        let sealed = blocking(seal).await??;
        let stored_bytes = sealed.bytes.len() as u64;
        let pin = self.store.pin(tenant, sealed.id).await;
        self.put(tenant, sealed.id, sealed.bytes).await?;
        let engine = self.engine.clone();
        let heap = NewHeap {
            kind,
            parent: parent.filter(|parent| *parent != sealed.id),
            engine,
            values_bytes,
            heap_bytes,
            stored_bytes,
            created_at,
            lost,
            tags,
        };
        Ok(Kept { pin, heap })
    }

    async fn put(&self, tenant: &str, id: HeapId, bytes: Bytes) -> Result<(), CheckpointError> {
        Ok(self.blobs.put(BlobKey::new(tenant, id), bytes).await?)
    }

    /// Moves a session's head to a kept checkpoint and stores the end of the run with it, in one step.
    ///
    /// # Errors
    /// [`CheckpointError::Storage`], with [`mcp_v8_storage::StorageError::Conflict`] when the head is another one;
    /// nothing has changed then.
    pub async fn advance(
        &self,
        kept: Kept,
        to: Move,
        end: Option<Finished>,
    ) -> Result<HeapId, CheckpointError> {
        let id = kept.id();
        let Move { session, expected, run } = to;
        let advance = Advance { session, expected, heap: kept.heap, run, end };
        self.store.advance(kept.pin, advance).await?;
        Ok(id)
    }

    /// Registers a kept checkpoint that no session points to, with the end of its run.
    ///
    /// # Errors
    /// [`CheckpointError::Storage`]; nothing has changed then.
    pub async fn register(
        &self,
        kept: Kept,
        end: Option<(ExecutionId, Finished)>,
    ) -> Result<HeapId, CheckpointError> {
        let id = kept.id();
        self.store.register(kept.pin, kept.heap, end).await?;
        Ok(id)
    }
}

/// Kind of checkpoint from the configuration.
pub fn kind(settings: &mcp_v8_settings::Settings) -> CheckpointKind {
    match settings.sessions.kind {
        mcp_v8_settings::SessionKind::Values => CheckpointKind::Values,
        mcp_v8_settings::SessionKind::Heap => CheckpointKind::Heap,
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, CheckpointError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| CheckpointError::Defect)
}
