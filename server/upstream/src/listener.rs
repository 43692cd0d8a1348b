//! What another server may tell and ask this one: that its tools changed, and nothing else.

use rmcp::ClientHandler;
#[expect(deprecated)]
use rmcp::model::ListRootsResult;
use rmcp::model::{ClientCapabilities, ClientConfig, Implementation, ListRootsRequestMethod};
use rmcp::service::{NotificationContext, RequestContext};
use rmcp::{ErrorData, RoleClient};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Without any capability: no sampling, no elicitation, no roots, no tasks. What is asked for all the same is refused.
#[derive(Clone, Debug, Default)]
pub(crate) struct Listener {
    changed: Arc<AtomicBool>,
}

impl Listener {
    /// Its tools are not those of the last list.
    pub(crate) fn note_change(&self) {
        self.changed.store(true, Ordering::SeqCst);
    }

    /// Whether they changed since the last time this was asked.
    pub(crate) fn take_change(&self) -> bool {
        self.changed.swap(false, Ordering::SeqCst)
    }
}

// Deprecated by MCP 2026-07-28; the default answers servers of earlier revisions with an empty list instead of a refusal.
#[expect(deprecated)]
impl ClientHandler for Listener {
    async fn list_roots(
        &self,
        _context: RequestContext<RoleClient>,
    ) -> Result<ListRootsResult, ErrorData> {
        Err(ErrorData::method_not_found::<ListRootsRequestMethod>())
    }

    async fn on_tool_list_changed(&self, _context: NotificationContext<RoleClient>) {
        self.note_change();
    }

    fn get_info(&self) -> ClientConfig {
        let name = Implementation::new("mcp-v8", env!("CARGO_PKG_VERSION"));
        ClientConfig::new(ClientCapabilities::default(), name)
    }
}
