//! What one run has imported: how many modules, how many bytes, how deep. Not the modules.

use super::error::ModuleError;
use mcp_v8_settings::Modules;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// See the module.
pub(super) struct Graph {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    count: usize,
    bytes: u64,
    /// Imports from the script down to each module, by its URL.
    depths: HashMap<String, u32>,
}

impl Graph {
    pub(super) fn new() -> Self {
        Self { state: Mutex::default() }
    }

    /// Counts one more module or file of metadata, before it is fetched.
    pub(super) fn count(&self, settings: &Modules) -> Result<(), ModuleError> {
        let mut state = self.state();
        if state.count >= settings.max_count {
            let limit = settings.max_count as u64;
            return Err(ModuleError::Limit {
                what: "the number of modules of the run",
                key: "modules.max_count",
                limit,
            });
        }
        state.count += 1;
        Ok(())
    }

    pub(super) fn take(&self, bytes: usize, settings: &Modules) -> Result<(), ModuleError> {
        let mut state = self.state();
        let used = state.bytes.saturating_add(bytes as u64);
        if used > settings.max_total_bytes {
            let limit = settings.max_total_bytes;
            return Err(ModuleError::Limit {
                what: "what the run imports",
                key: "modules.max_total_mb",
                limit,
            });
        }
        state.bytes = used;
        Ok(())
    }

    /// Whether a module was given to this run.
    pub(super) fn has(&self, url: &str) -> bool {
        self.state().depths.contains_key(url)
    }

    /// How deep a module is that this one imports. One of an earlier run of the session begins anew.
    pub(super) fn below(
        &self,
        referrer: Option<&str>,
        settings: &Modules,
    ) -> Result<u32, ModuleError> {
        let depth = match referrer {
            Some(url) => self.state().depths.get(url).copied().unwrap_or(1) + 1,
            None => 1,
        };
        match depth <= settings.max_depth {
            true => Ok(depth),
            false => {
                let limit = u64::from(settings.max_depth);
                Err(ModuleError::Limit {
                    what: "the depth of the import",
                    key: "modules.max_depth",
                    limit,
                })
            }
        }
    }

    /// A module was given to the run.
    pub(super) fn add(&self, url: &str, depth: u32) {
        let mut state = self.state();
        let known = state.depths.entry(url.to_owned()).or_insert(depth);
        *known = depth.min(*known);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
