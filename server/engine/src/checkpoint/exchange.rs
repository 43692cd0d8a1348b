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
    limit: u64,
}

/// An entry of the list that save.js writes.
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

    /// Takes the list of what is lost, as JSON.
    pub fn set_lost(&mut self, json: &str) {
        // Written by our own JavaScript: an unreadable list is an empty one rather than a lost checkpoint.
        let said: Vec<Said> = serde_json::from_str(json).unwrap_or_default();
        self.trailer.lost = said.into_iter().map(|one| (one.name, one.reason)).collect();
    }

    /// The whole graph, and what it could not keep.
    pub fn finish(self) -> Result<(Vec<u8>, Vec<Lost>), CheckpointError> {
        let trailer = postcard::to_stdvec(&self.trailer)
            .map_err(|error| CheckpointError::Failed(error.to_string()))?;
        let bytes = payload::encode(&self.nodes, &self.strings, &self.buffers, &trailer);
        let lost = self.trailer.lost.into_iter().map(|(name, reason)| Lost { name, reason });
        Ok((bytes, lost.collect()))
    }
}
