//! Measures a server from outside, as its clients meet it: latency, throughput, memory. Prints figures and judges
//! none; the targets are in docs/FIGURES.md.

#![allow(clippy::print_stdout, reason = "printing figures is what it does")]

mod compute;
mod fetch;
mod load;
mod memory;
mod policy;
mod report;
mod request;
mod server;
mod state;

use anyhow::{Context, Result, bail};
use request::Surface;
use server::Server;
use std::time::Duration;

const BENCHES: &[&str] =
    &["stateless", "session", "overload", "spawn", "memory", "policy", "fetch", "compute", "state"];

#[tokio::main]
async fn main() -> Result<()> {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    if let Some(unknown) = wanted.iter().find(|name| !BENCHES.contains(&name.as_str())) {
        bail!("no benchmark `{unknown}`; there are {}", BENCHES.join(", "));
    }
    report::machine();
    for name in
        BENCHES.iter().filter(|name| wanted.is_empty() || wanted.iter().any(|one| one == *name))
    {
        one(name).await.with_context(|| format!("benchmark {name}"))?;
    }
    Ok(())
}

async fn one(name: &str) -> Result<()> {
    match name {
        "stateless" => stateless().await,
        "session" => session().await,
        "overload" => overload().await,
        "spawn" => spawn().await,
        "memory" => memory::measure().await,
        "fetch" => fetch::measure().await,
        "policy" => policy::measure().await,
        "state" => state::measure().await,
        _ => compute::measure().await,
    }
}

/// A trivial script in a fresh isolate each, at 100 a second and as fast as it goes.
async fn stateless() -> Result<()> {
    for surface in [Surface::Mcp, Surface::Rest] {
        let server = Server::start(&[]).await?;
        let request = request::fresh(&server, surface, "1 + 1");
        load::warm_up(&request).await?;
        report::latency(
            &format!("stateless, {surface}, 100/s"),
            &load::constant(&request, 100, Duration::from_secs(10)).await,
        );
        for clients in [4, 16] {
            let figures = load::closed(&request, clients, Duration::from_secs(8)).await;
            report::throughput(
                &format!("stateless, {surface}, {clients} clients, as fast as it goes"),
                &figures,
            );
        }
    }
    Ok(())
}

/// Runs in a live session, one after the other and over many sessions.
async fn session() -> Result<()> {
    let server = Server::start(&[]).await?;
    let one = request::in_session(
        &server,
        Surface::Mcp,
        "bench",
        "globalThis.n = (globalThis.n ?? 0) + 1",
    );
    load::warm_up(&one).await?;
    let figures = load::closed(&one, 1, Duration::from_secs(5)).await;
    report::throughput("live session, /mcp, one client", &figures);
    report::latency(
        "live session, /mcp, 100/s",
        &load::constant(&one, 100, Duration::from_secs(5)).await,
    );
    Ok(())
}

/// Five times the work the server can do: what is kept of its throughput, and how fast the rest is refused.
async fn overload() -> Result<()> {
    let server = Server::start(&[
        "--set",
        "limits.queued_runs=64",
        "--set",
        "limits.queued_runs_per_tenant=64",
    ])
    .await?;
    let request = request::fresh(&server, Surface::Rest, "1 + 1");
    load::warm_up(&request).await?;
    let peak = load::closed(&request, 16, Duration::from_secs(5)).await;
    report::throughput("peak before the overload", &peak);
    let offered = u32::try_from((peak.per_second() * 5.0) as u64).unwrap_or(u32::MAX).max(100);
    let figures = load::constant(&request, offered, Duration::from_secs(5)).await;
    report::overload(&format!("offered {offered}/s"), &figures);
    Ok(())
}

/// Every run ends its worker: what a new process and isolate cost.
async fn spawn() -> Result<()> {
    let server =
        Server::start(&["--set", "workers.ready=0", "--set", "workers.runs_per_worker=1"]).await?;
    let request = request::fresh(&server, Surface::Rest, "1 + 1");
    load::warm_up(&request).await?;
    let figures = load::closed(&request, 1, Duration::from_secs(5)).await;
    report::throughput("a new worker process for every run, one client", &figures);
    Ok(())
}
