//! What a checkpoint's JavaScript and the ops hand to each other during one save or load. Bounded: a state that grows
//! over its limit stops the walk.

use super::CheckpointError;
use super::payload::{self, Payload, Trailer};
use mcp_v8_sandbox::Lost;
use serde::Deserialize;

/// Lives in the op state; empty outside of a save or load.
#[derive(Default)]
pub struct Exchange {
    pub nodes: Vec<u8>,
    pub strings: Vec<u8>,
    pub buffers: Vec<u8>,
    pub trailer: Trailer,
    pub incoming: Option<Payload>,
    /// Native objects that were met.
    natives: Vec<Lost>,
    /// Keys of modules that the graph names.
    modules: Vec<String>,
    limit: u64,
}

/// A state as a portable graph.
pub struct Portable {
    pub bytes: Vec<u8>,
    /// What it could not keep.
    pub lost: Vec<Lost>,
    /// The objects of V8's own in the state that a V8 snapshot cannot hold, as far as they were met; the reason is their
    /// kind.
    pub natives: Vec<Lost>,
}

/// What save.js says beside the graph.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Account {
    lost: Vec<Said>,
    natives: Vec<Said>,
    modules: Vec<String>,
}

/// An entry of a list that save.js writes.
#[derive(Deserialize)]
struct Said {
    name: String,
    reason: String,
}

impl Exchange {
    /// For a save of at most `limit` bytes.
    pub fn outgoing(limit: u64) -> Self {
        Self { limit, ..Self::default() }
    }

    /// For a load.
    pub fn incoming(payload: Payload) -> Self {
        Self { incoming: Some(payload), ..Self::default() }
    }

    /// More was written than the limit allows.
    pub fn is_over(&self) -> bool {
        (self.nodes.len() + self.strings.len() + self.buffers.len()) as u64 > self.limit
    }

    /// Takes the lists of what is lost and of native objects, as JSON.
    pub fn set_account(&mut self, json: &str) {
        // Written by our own JavaScript: an unreadable list is an empty one rather than a lost checkpoint.
        let said: Account = serde_json::from_str(json).unwrap_or_default();
        self.trailer.lost = said.lost.into_iter().map(|one| (one.name, one.reason)).collect();
        let native = |one: Said| Lost { name: one.name, reason: one.reason };
        self.natives = said.natives.into_iter().map(native).collect();
        self.modules = said.modules;
    }

    /// Takes the list of what a load could not make again, as JSON.
    pub fn set_lost(&mut self, json: &str) {
        let said: Vec<Said> = serde_json::from_str(json).unwrap_or_default();
        self.trailer.lost = said.into_iter().map(|one| (one.name, one.reason)).collect();
    }

    /// The whole graph, and what it could not keep.
    pub fn finish(mut self) -> Result<Portable, CheckpointError> {
        let trailer = postcard::to_stdvec(&self.trailer)
            .map_err(|error| CheckpointError::Failed(error.to_string()))?;
        let modules = match self.modules.as_slice() {
            [] => Vec::new(),
            modules => postcard::to_stdvec(modules)
                .map_err(|error| CheckpointError::Failed(error.to_string()))?,
        };
        let bytes = payload::encode(&self.nodes, &self.strings, &self.buffers, &trailer, &modules);
        let natives = std::mem::take(&mut self.natives);
        Ok(Portable { bytes, lost: self.lost(), natives })
    }

    /// What could not be kept, or made again.
    pub fn lost(self) -> Vec<Lost> {
        let lost = self.trailer.lost.into_iter().map(|(name, reason)| Lost { name, reason });
        lost.collect()
    }
}
