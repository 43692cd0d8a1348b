//! `mcp-v8 heap gc`: the collection that a server does by itself, now.

use super::Opened;
use mcp_v8_executions::heaps_to_keep;
use std::io::Write;
use std::process::ExitCode;

/// Removes what the configuration does not keep; or only says what that is.
pub async fn run(opened: &Opened, dry_run: bool) -> anyhow::Result<ExitCode> {
    if dry_run {
        return rehearse(opened).await;
    }
    // Orphans first: once the last heap of a tenant is gone, nobody knows whose they are.
    let orphans = opened.checkpoints.collect_orphans().await?.orphans;
    let heaps = opened.checkpoints.collect(&heaps_to_keep(&opened.settings)).await?.heaps;
    writeln!(std::io::stdout(), "removed {heaps} heaps and {orphans} orphans")?;
    Ok(ExitCode::SUCCESS)
}

async fn rehearse(opened: &Opened) -> anyhow::Result<ExitCode> {
    let mut out = std::io::stdout();
    let (mut count, mut together) = (0u64, 0u64);
    let mut after = None;
    loop {
        let page = opened.checkpoints.orphans(after).await?;
        for orphan in page.orphans.iter().filter(|orphan| orphan.tenant.is_some()) {
            let (key, bytes) = (orphan.blob.key, orphan.blob.bytes);
            writeln!(out, "orphan {key}: {bytes} bytes")?;
            together += bytes;
            count += 1;
        }
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    let heaps = opened.store.expendable(&heaps_to_keep(&opened.settings)).await?;
    for heap in &heaps {
        writeln!(out, "heap {} of tenant {:?}: {} bytes", heap.id, heap.tenant, heap.bytes)?;
        together += heap.bytes;
    }
    let heaps = heaps.len();
    writeln!(out, "would remove {heaps} heaps and {count} orphans, {together} bytes")?;
    Ok(ExitCode::SUCCESS)
}
