//! The children of scripts, for the whole server. Not those of one run.

use super::run::ChildRun;
use mcp_v8_policy::{Context, Gate};
use mcp_v8_settings::Subprocess;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// Starts children by keepers; one for the server.
pub struct ChildServer {
    pub(super) settings: Subprocess,
    pub(super) gate: Arc<Gate>,
    /// This very binary.
    pub(super) keeper: PathBuf,
    /// What the kernel lacks was logged.
    pub(super) warned: AtomicBool,
}

impl ChildServer {
    /// `keeper`: a program whose subcommand `child` calls [`super::keeper`].
    pub fn new(settings: Subprocess, gate: Arc<Gate>, keeper: PathBuf) -> Arc<Self> {
        Arc::new(Self { settings, gate, keeper, warned: AtomicBool::new(false) })
    }

    /// The children of one run, on whose behalf `context` says.
    pub fn run(self: &Arc<Self>, context: Context) -> ChildRun {
        ChildRun::new(self.clone(), context)
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use mcp_v8_settings::ChildJail;
    use std::time::Duration;

    /// Small, and without a variable of the server.
    pub fn settings() -> Subprocess {
        Subprocess {
            path: vec!["/usr/bin".into(), "/bin".into()],
            read: Vec::new(),
            write: Vec::new(),
            cwd: "/".into(),
            env: Vec::new(),
            script_env: vec!["TZ".to_owned()],
            network: false,
            jail: ChildJail::Auto,
            timeout: Duration::from_secs(5),
            max_output_bytes: 1 << 20,
            max_processes: 16,
            max_memory_bytes: 1 << 30,
            max_file_bytes: 1 << 20,
            max_children: 2,
            max_children_per_run: 8,
        }
    }
}
