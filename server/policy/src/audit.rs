//! The record of a decision: exactly one for each, at level info, target `mcp_v8::audit`. It holds digests and names,
//! never the input, header values or arguments.

use crate::context::Context;
use crate::metrics::Ended;
use mcp_v8_sandbox::Capability;
use std::time::Duration;

pub(crate) struct Record<'r> {
    pub(crate) capability: Capability,
    pub(crate) context: &'r Context,
    pub(crate) summary: &'r str,
    /// Keys of the rules that decided; empty where there is no policy.
    pub(crate) rules: &'r str,
    pub(crate) version: &'r str,
    pub(crate) input_digest: &'r str,
    pub(crate) ended: Ended,
    /// Of a denial.
    pub(crate) why: &'r str,
    pub(crate) latency: Duration,
}

impl Record<'_> {
    pub(crate) fn write(&self) {
        let outcome = match self.ended {
            Ended::Allowed => "allowed",
            Ended::Denied => "denied",
            Ended::Failed => "failed",
        };
        tracing::info!(
            target: "mcp_v8::audit",
            capability = %self.capability,
            outcome,
            rule = self.rules,
            policy_version = self.version,
            input_digest = self.input_digest,
            latency_us = u64::try_from(self.latency.as_micros()).unwrap_or(u64::MAX),
            tenant = self.context.principal.tenant(),
            subject = self.context.principal.subject(),
            execution = %self.context.execution,
            session = self.context.session.as_ref().map_or("", |name| name.as_str()),
            why = self.why,
            "{outcome}: {}", self.summary,
        );
    }
}
