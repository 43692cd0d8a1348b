//! What came of a call, for the audit trail: also of one that nobody waits for any more. Without arguments and results.

use mcp_v8_policy::Context;
use std::time::Instant;

/// Under way; writes its record when it is dropped.
pub(super) struct Record<'a> {
    pub(super) context: &'a Context,
    pub(super) server: &'a str,
    pub(super) tool: &'a str,
    pub(super) begun: Instant,
    /// `cancelled` until the call came to an end.
    pub(super) outcome: &'static str,
    pub(super) bytes: usize,
}

impl<'a> Record<'a> {
    pub(super) fn begin(context: &'a Context, server: &'a str, tool: &'a str) -> Self {
        Self { context, server, tool, begun: Instant::now(), outcome: "cancelled", bytes: 0 }
    }

    pub(super) fn end(mut self, outcome: &'static str, bytes: usize) {
        (self.outcome, self.bytes) = (outcome, bytes);
    }
}

impl Drop for Record<'_> {
    fn drop(&mut self) {
        let principal = &self.context.principal;
        tracing::info!(
            target: "mcp_v8::audit",
            execution = %self.context.execution,
            tenant = principal.tenant(),
            server = self.server,
            tool = self.tool,
            outcome = self.outcome,
            result_bytes = self.bytes,
            duration_ms = self.begun.elapsed().as_millis() as u64,
            "a tool of another MCP server was called"
        );
    }
}
