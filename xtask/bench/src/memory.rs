//! Memory of the server and its workers at rest, from /proc.

use crate::load;
use crate::request::{Surface, fresh};
use crate::server::Server;
use anyhow::{Context, Result};
use std::fs;

/// Prints resident and proportional sizes with eight workers at rest.
pub async fn measure() -> Result<()> {
    let server =
        Server::start(&["--set", "workers.ready=8", "--set", "workers.concurrent_runs=8"]).await?;
    let request = fresh(&server, Surface::Rest, "1 + 1");
    load::warm_up(&request).await?;
    // The pool refills one worker at a time.
    for _ in 0..100 {
        if children(server.id()?)?.len() >= 8 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let (rss, pss) = sizes(server.id()?)?;
    println!(
        "{:<58} rss {:>6.1} MB   pss {:>6.1} MB",
        "server at rest",
        megabytes(rss),
        megabytes(pss)
    );
    let workers = children(server.id()?)?;
    let sizes: Vec<(u64, u64)> = workers.iter().filter_map(|id| sizes(*id).ok()).collect();
    let count = sizes.len().max(1) as u64;
    let (rss, pss) = sizes.iter().fold((0, 0), |sum, size| (sum.0 + size.0, sum.1 + size.1));
    let label = format!("worker at rest, mean of {}", sizes.len());
    println!(
        "{label:<58} rss {:>6.1} MB   pss {:>6.1} MB",
        megabytes(rss / count),
        megabytes(pss / count)
    );
    Ok(())
}

fn megabytes(kilobytes: u64) -> f64 {
    kilobytes as f64 / 1024.0
}

fn sizes(id: u32) -> Result<(u64, u64)> {
    let text =
        fs::read_to_string(format!("/proc/{id}/smaps_rollup")).context("reading the memory map")?;
    let field = |name: &str| {
        let line = text.lines().find(|line| line.starts_with(name));
        line.and_then(|line| line.split_whitespace().nth(1))
            .and_then(|number| number.parse().ok())
            .unwrap_or(0)
    };
    Ok((field("Rss:"), field("Pss:")))
}

fn children(parent: u32) -> Result<Vec<u32>> {
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc")? {
        let Some(id) = entry?.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else {
            continue;
        };
        let status = fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
        if status.lines().any(|line| line.split_whitespace().eq(["PPid:", &parent.to_string()])) {
            found.push(id);
        }
    }
    Ok(found)
}
