//! Where the calls of runs go: a seam, so that this layer knows neither files nor networks. What is behind it judges
//! every call and performs it.

use mcp_v8_sandbox::{Caller, Capability, Host};

/// Opens a host for each run.
pub trait Hosts: std::fmt::Debug + Send + Sync + 'static {
    /// What scripts have globals for: the capabilities with a policy.
    fn capabilities(&self) -> Vec<Capability>;

    /// The host of one run; dropped with it.
    fn open(&self, caller: Caller) -> Box<dyn Host>;
}
