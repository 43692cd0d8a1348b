//! Sessions whose state is stored after every run: what saving and restoring costs by size, runs a second over distinct
//! sessions and in one, and what ten thousand runs change about that.

use crate::load::{self, Figures};
use crate::report;
use crate::request::{self, Surface};
use crate::server::Server;
use anyhow::{Context, Result, ensure};
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

pub async fn measure() -> Result<()> {
    for (size, make, times) in SIZES {
        one_size(size, make, *times).await?;
    }
    distinct(true).await?;
    distinct(false).await?;
    long().await
}

/// Room for 100 MB of objects.
async fn start(flags: &[&str]) -> Result<Server> {
    let room = [
        "limits.heap_memory_max_mb=2048",
        "limits.array_buffer_mb=512",
        "storage.max_checkpoint_mb=512",
    ];
    let mut all: Vec<&str> = room.iter().flat_map(|key| ["--set", key]).collect();
    all.extend(flags.iter().flat_map(|key| ["--set", key]));
    Server::start_stored(&all).await
}

async fn one_size(size: &str, make: &str, times: usize) -> Result<()> {
    let server = start(&[]).await?;
    let made = request::in_session(&server, Surface::Rest, "s", make).answered().await?;
    ensure!(made["lost"].is_null(), "the state is not kept: {made}");
    let heap = made["heap"].as_str().context("a heap")?;
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
async fn distinct(live: bool) -> Result<()> {
    let sessions = if live { 16 } else { 64 };
    let server =
        start(&[if live { "sessions.max_live=32" } else { "sessions.max_live=4" }]).await?;
    let all: Vec<_> = (0..sessions)
        .map(|n| request::in_session(&server, Surface::Rest, &format!("s{n}"), COUNT))
        .collect();
    for request in &all {
        request.send().await;
    }
    let what = if live { "live" } else { "restore, run, save, fsync" };
    for clients in [1, 4] {
        let figures = load::rounds(&all, clients, Duration::from_secs(8)).await;
        report::throughput(&format!("distinct sessions, {what}, {clients} clients"), &figures);
    }
    Ok(())
}

/// One session of a store, from its tenth run to its ten thousandth.
async fn long() -> Result<()> {
    let server = start(&[]).await?;
    let request = request::in_session(&server, Surface::Rest, "s", COUNT);
    repeat(&request, 10).await?;
    report::throughput("one session, from run 10 on", &repeat(&request, 200).await?);
    repeat(&request, MANY - 210).await?;
    report::throughput("one session, from run 10,000 on", &repeat(&request, 200).await?);
    Ok(())
}
