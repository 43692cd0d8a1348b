//! `[websocket]`: bounds of scripts' WebSocket connections. Not whether they may open one, which is
//! `[policies.websocket]`, nor how far they reach, which is `fetch.allow_cidrs`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::time::Duration;

#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct WebSocketTable {
    /// Connections of one run at once; one more is an error. 8: a script talks to few servers.
    max_open: usize,
    /// One message, sent or received, KiB. 1024: what servers take.
    max_message_kb: usize,
    /// Messages of one run, sent and received, MiB. 64: as much as one response of fetch.
    max_total_mb: u64,
    /// Time to look the host up, to connect with TLS, and for the handshake, seconds each; and how long the other side
    /// may take to answer a close. 10: longer only on a broken network.
    connect_timeout_secs: u64,
}

impl Default for WebSocketTable {
    fn default() -> Self {
        Self { max_open: 8, max_message_kb: 1024, max_total_mb: 64, connect_timeout_secs: 10 }
    }
}

/// Bounds of scripts' WebSocket connections.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebSockets {
    /// Connections of one run.
    pub max_open: usize,
    /// Sent or received.
    pub max_message_bytes: usize,
    /// Per run, sent and received.
    pub max_total_bytes: u64,
    pub connect_timeout: Duration,
}

impl WebSocketTable {
    pub(crate) fn resolve(self) -> WebSockets {
        WebSockets {
            max_open: self.max_open,
            max_message_bytes: self.max_message_kb << 10,
            max_total_bytes: self.max_total_mb << 20,
            connect_timeout: Duration::from_secs(self.connect_timeout_secs),
        }
    }
}
