//! Sessions whose state is stored after every run, in both kinds of checkpoints: what saving and restoring costs by size,
//! runs a second over distinct sessions and in one, and what ten thousand runs change about that.
//!
//! `MCP_V8_BENCH_KIND=values` or `heap` measures one kind only, `MCP_V8_BENCH_RUNS=1000` a shorter session.

use crate::load::{self, Figures};
use crate::report;
use crate::request::{self, Surface};
use crate::server::Server;
use anyhow::{Context, Result};
use std::time::{Duration, Instant};

/// Programs that leave about so much in the session `s`.
const SIZES: &[(&str, &str, usize)] = &[
    (
        "1 kB",
        "var state = Array.from({ length: 10 }, (_, i) => ({ i, text: 'x'.repeat(60) + i }))",
        100,
    ),
    (
        "1 MB",
        "var state = Array.from({ length: 1e4 }, (_, i) => ({ i, text: 'x'.repeat(60) + i }))",
        20,
    ),
    (
        "100 MB of objects",
        "var state = Array.from({ length: 1e6 }, (_, i) => ({ i, text: 'x'.repeat(60) + i }))",
        3,
    ),
    ("100 MB of bytes", "var state = new Uint8Array(100 << 20).fill(7)", 3),
];

const COUNT: &str = "globalThis.n = (globalThis.n ?? 0) + 1";
const MANY: usize = 10_000;
/// Runs whose times are reported, from the tenth on and from the last on.
const LOOKED_AT: usize = 200;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Values,
    Heap,
}

impl Kind {
    fn as_str(self) -> &'static str {
        match self {
            Kind::Values => "values",
            Kind::Heap => "heap",
        }
    }
}

pub async fn measure() -> Result<()> {
    let only = std::env::var("MCP_V8_BENCH_KIND").ok();
    let many = match std::env::var("MCP_V8_BENCH_RUNS") {
        Ok(text) => text.parse().context("MCP_V8_BENCH_RUNS is a number")?,
        Err(_) => MANY,
    };
    for kind in [Kind::Values, Kind::Heap] {
        if only.as_ref().is_some_and(|only| only != kind.as_str()) {
            continue;
        }
        for (size, make, times) in SIZES {
            one_size(kind, size, make, *times).await?;
        }
        distinct(kind, true).await?;
        distinct(kind, false).await?;
        long(kind, many).await?;
    }
    Ok(())
}

/// Room for 100 MB of objects.
async fn start(kind: Kind, flags: &[&str]) -> Result<Server> {
    let kind = format!("sessions.kind={}", kind.as_str());
    let room = [
        &*kind,
        "limits.heap_memory_max_mb=2048",
        "limits.array_buffer_mb=512",
        "storage.max_checkpoint_mb=512",
        "sessions.save_timeout_secs=60",
        "limits.execution_timeout_secs=60",
        "limits.sync_wait_ms=120000",
    ];
    let mut all: Vec<&str> = room.iter().flat_map(|key| ["--set", key]).collect();
    all.extend(flags.iter().flat_map(|key| ["--set", key]));
    Server::start_stored(&all).await
}

async fn one_size(kind: Kind, size: &str, make: &str, times: usize) -> Result<()> {
    let size = format!("{}, {size}", kind.as_str());
    let server = start(kind, &[]).await?;
    let made = request::in_session(&server, Surface::Rest, "s", make).answered().await?;
    let (Some(heap), true) = (made["heap"].as_str(), made["lost"].is_null()) else {
        report::note(&size, &format!("not kept: {} {}", made["error"]["message"], made["lost"]));
        return Ok(());
    };
    let save = request::in_session(&server, Surface::Rest, "s", "0");
    let restore = request::from_heap(&server, heap, "0");
    let fresh = request::fresh(&server, Surface::Rest, "0");
    report::latency(&format!("{size}: run and save, live session"), &repeat(&save, times).await?);
    report::latency(
        &format!("{size}: restore and run, saving nothing"),
        &repeat(&restore, times).await?,
    );
    report::latency(&format!("{size}: neither, fresh isolate"), &repeat(&fresh, times).await?);
    Ok(())
}

async fn repeat(request: &request::Request, times: usize) -> Result<Figures> {
    let mut figures = Figures::new();
    let begun = Instant::now();
    for _ in 0..times {
        let sent = Instant::now();
        let answer = request.send().await;
        figures.add(answer, sent.elapsed());
    }
    figures.elapsed = begun.elapsed();
    Ok(figures)
}

/// Every run in another session than the one before. `live`: they all keep their workers; otherwise each is restored.
async fn distinct(kind: Kind, live: bool) -> Result<()> {
    let sessions = if live { 16 } else { 64 };
    let server =
        start(kind, &[if live { "sessions.max_live=32" } else { "sessions.max_live=4" }]).await?;
    let all: Vec<_> = (0..sessions)
        .map(|n| request::in_session(&server, Surface::Rest, &format!("s{n}"), COUNT))
        .collect();
    for request in &all {
        request.send().await;
    }
    let what = if live { "live" } else { "restore, run, save, fsync" };
    for clients in [1, 4] {
        let figures = load::rounds(&all, clients, Duration::from_secs(8)).await;
        let kind = kind.as_str();
        report::throughput(
            &format!("{kind}, distinct sessions, {what}, {clients} clients"),
            &figures,
        );
    }
    Ok(())
}

/// One session of a store, from its tenth run to its last.
async fn long(kind: Kind, many: usize) -> Result<()> {
    let server = start(kind, &[]).await?;
    let request = request::in_session(&server, Surface::Rest, "s", COUNT);
    repeat(&request, 10).await?;
    let kind = kind.as_str();
    let early = repeat(&request, LOOKED_AT).await?;
    report::throughput(&format!("{kind}, one session, from run 10 on"), &early);
    repeat(&request, many.saturating_sub(LOOKED_AT + 10)).await?;
    let late = repeat(&request, LOOKED_AT).await?;
    report::throughput(&format!("{kind}, one session, from run {many} on"), &late);
    Ok(())
}
