//! `mcp-v8 heap verify`: whether stored states would open. It mends nothing.

use super::{Opened, tenants};
use mcp_v8_executions::CheckpointError;
use mcp_v8_sandbox::HeapId;
use mcp_v8_storage::{HeapQuery, LIST_LIMIT_MAX};
use std::io::Write;
use std::process::ExitCode;

/// What was found.
#[derive(Default)]
struct Count {
    good: u64,
    bad: u64,
    orphans: u64,
}

/// These heaps; all of them, and orphans, when none is named.
pub async fn run(opened: &Opened, ids: &[HeapId]) -> anyhow::Result<ExitCode> {
    let mut count = Count::default();
    if ids.is_empty() {
        for tenant in tenants(opened, None).await? {
            all_of(opened, &tenant, &mut count).await?;
        }
        orphans(opened, &mut count).await?;
    } else {
        for id in ids {
            one(opened, *id, &mut count).await?;
        }
    }
    let Count { good, bad, orphans } = count;
    writeln!(std::io::stdout(), "{good} good, {bad} bad, {orphans} orphans")?;
    Ok(if bad == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn all_of(opened: &Opened, tenant: &str, count: &mut Count) -> anyhow::Result<()> {
    let mut query = HeapQuery { limit: LIST_LIMIT_MAX, after: None };
    loop {
        let page = opened.store.heaps(tenant, query.clone()).await?;
        for heap in &page.heaps {
            check(opened, tenant, heap.id, count).await?;
        }
        query.after = page.next;
        if query.after.is_none() {
            return Ok(());
        }
    }
}

async fn one(opened: &Opened, id: HeapId, count: &mut Count) -> anyhow::Result<()> {
    let mut found = false;
    for tenant in tenants(opened, None).await? {
        if opened.store.heap(&tenant, id).await?.is_some() {
            found = true;
            check(opened, &tenant, id, count).await?;
        }
    }
    if !found {
        count.bad += 1;
        writeln!(std::io::stdout(), "unknown {id}: no tenant has a heap of this id")?;
    }
    Ok(())
}

async fn check(opened: &Opened, tenant: &str, id: HeapId, count: &mut Count) -> anyhow::Result<()> {
    let error = match opened.checkpoints.verify(tenant, id).await {
        Ok(()) => {
            count.good += 1;
            return Ok(());
        }
        // Nothing is wrong with the heap: it cannot be looked at.
        Err(error @ (CheckpointError::Storage(_) | CheckpointError::Defect)) => {
            return Err(error.into());
        }
        Err(error) => error,
    };
    count.bad += 1;
    let what = match error {
        CheckpointError::BlobMissing(_) | CheckpointError::NotFound(_) => "missing",
        CheckpointError::Blob(_) => "unreadable",
        _ => "refused",
    };
    writeln!(std::io::stdout(), "{what} {id} of tenant {tenant:?}: {}", error.words())?;
    Ok(())
}

async fn orphans(opened: &Opened, count: &mut Count) -> anyhow::Result<()> {
    let mut after = None;
    loop {
        let page = opened.checkpoints.orphans(after).await?;
        for orphan in page.orphans {
            count.orphans += 1;
            let (key, bytes) = (orphan.blob.key, orphan.blob.bytes);
            let next = match orphan.tenant {
                Some(_) => "the next collection removes it",
                None => "its tenant has no heaps here; no collection removes it",
            };
            writeln!(std::io::stdout(), "orphan {key}: {bytes} bytes that no heap names; {next}")?;
        }
        after = page.next;
        if after.is_none() {
            return Ok(());
        }
    }
}
