//! What a decision costs in process: the shipped policies, through the gate. No server, no policy server.

use crate::report;
use anyhow::{Context as _, Result};
use hdrhistogram::Histogram;
use mcp_v8_policy::{Context, FetchRequest, Gate, Headers, PolicySet, RunJsFileRequest, Target};
use mcp_v8_sandbox::{ExecutionId, Principal};
use mcp_v8_settings::{Policies, Sources};
use std::path::Path;
use std::time::Instant;

const WARM_UP: usize = 1_000;
const DECISIONS: usize = 20_000;

/// Decisions one after the other: a request that is allowed, one that is denied with reasons, and the smallest.
pub async fn measure() -> Result<()> {
    let gate = Gate::new(set()?);
    let context = Context::new(Principal::local(), ExecutionId::generate(), None);
    let allowed = fetch("GET", "https://api.weather.gov/points/39,-97")?;
    let denied = fetch("POST", "https://example.org/")?;
    let file = RunJsFileRequest::new("/srv/scripts/a.js", "a.js");
    let times =
        decisions(async || gate.check(&context, allowed.clone()).await.is_ok(), true).await?;
    report::micros("policy decision, fetch/hosts, allowed", &times);
    let times =
        decisions(async || gate.check(&context, denied.clone()).await.is_ok(), false).await?;
    report::micros("policy decision, fetch/hosts, denied with reasons", &times);
    let times = decisions(async || gate.check(&context, file.clone()).await.is_ok(), true).await?;
    report::micros("policy decision, run_js_file/folder, allowed", &times);
    Ok(())
}

fn set() -> Result<PolicySet> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies");
    let rules = |name: &str| serde_json::json!([{ "path": folder.join(name) }]);
    let flags = [
        ("storage.kind", serde_json::json!("none")),
        ("policies.fetch.rules", rules("fetch/hosts")),
        ("policies.run_js_file.rules", rules("run_js_file/folder")),
    ];
    let flags = flags.map(|(key, value)| (key.to_owned(), value)).into();
    let settings = mcp_v8_settings::load(&Sources { file: None, env: Vec::new(), flags })?;
    let policies: &Policies = &settings.policies;
    PolicySet::load(policies).map_err(|errors| anyhow::anyhow!("{}", errors[0]))
}

fn fetch(method: &str, url: &str) -> Result<FetchRequest> {
    let headers: Headers =
        [("accept", "application/json"), ("user-agent", "bench")].into_iter().collect();
    Ok(FetchRequest {
        method: method.to_owned(),
        target: Target::new(url.parse().context("a URL")?)?,
        headers,
        resolved_addresses: vec!["93.184.216.34".parse().context("an address")?],
        redirect: None,
    })
}

/// Microseconds of each decision; all must come out as expected.
async fn decisions(decide: impl AsyncFn() -> bool, expected: bool) -> Result<Histogram<u64>> {
    let mut times = Histogram::new(3)?;
    for n in 0..WARM_UP + DECISIONS {
        let start = Instant::now();
        let allowed = decide().await;
        let us = u64::try_from(start.elapsed().as_micros())?;
        anyhow::ensure!(allowed == expected, "the policy answered {allowed}");
        if n >= WARM_UP {
            times.record(us)?;
        }
    }
    Ok(times)
}
