//! The counters of the parts of the server as OpenMetrics text. They are read when somebody asks; nothing is counted
//! here. Labels come from lists in the program and from no caller, so their number is bounded.

mod family;
mod policies;
mod runs;
mod storage;

use crate::hosts::Effects;
use family::Families;
use mcp_v8_executions::Service;
use mcp_v8_http::Counters;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, text};
use prometheus_client::registry::Registry;
use std::sync::Arc;

/// Before every name.
const PREFIX: &str = "mcp_v8";

/// Where the counters are.
struct Sources {
    service: Service,
    effects: Option<Arc<Effects>>,
    version: &'static str,
}

impl std::fmt::Debug for Sources {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sources")
    }
}

/// The writer of `/metrics`.
pub fn counters(
    service: Service,
    effects: Option<Arc<Effects>>,
    version: &'static str,
) -> Counters {
    let mut registry = Registry::with_prefix(PREFIX);
    registry.register_collector(Box::new(Sources { service, effects, version }));
    Arc::new(move || {
        let mut text = String::new();
        // Writing to a text does not fail, and no family is empty of buckets.
        text::encode(&mut text, &registry).expect("metrics can be written to memory");
        text
    })
}

impl Collector for Sources {
    fn encode(&self, encoder: DescriptorEncoder) -> Result<(), std::fmt::Error> {
        let mut families = Families(encoder);
        let metrics = self.service.metrics();
        families.info("build", "The program", &[("version", self.version)])?;
        runs::write(&mut families, &metrics, self.service.load())?;
        storage::write(&mut families, &metrics, self.service.is_writable())?;
        match &self.effects {
            Some(effects) => policies::write(&mut families, &effects.metrics()),
            None => Ok(()),
        }
    }
}
