//! `mcp-v8 heap ls`: stored states and what keeps them.

use super::{Opened, tenants};
use mcp_v8_executions::{HeapRecord, SessionQuery, Tags};
use mcp_v8_sandbox::HeapId;
use mcp_v8_storage::{HeapQuery, LIST_LIMIT_MAX};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::io::{BufWriter, Write};
use std::process::ExitCode;

/// What stands at a heap: sessions whose head it is.
type Heads = HashMap<HeapId, Vec<String>>;

pub async fn run(opened: &Opened, only: Option<&str>, json: bool) -> anyhow::Result<ExitCode> {
    let mut out = BufWriter::new(std::io::stdout());
    if !json {
        let head = ("HEAP", "KIND", "BYTES", "CREATED", "USED", "TENANT", "KEPT BY");
        let (id, kind, bytes, created, used, tenant, kept) = head;
        writeln!(out, "{id:64}  {kind:6}  {bytes:>10}  {created:24}  {used:24}  {tenant}  {kept}")?;
    }
    for tenant in tenants(opened, only).await? {
        let heads = heads(opened, &tenant).await?;
        let mut query = HeapQuery { limit: LIST_LIMIT_MAX, after: None };
        loop {
            let page = opened.store.heaps(&tenant, query.clone()).await?;
            for heap in &page.heaps {
                let sessions = heads.get(&heap.id).map(Vec::as_slice).unwrap_or_default();
                let tags = opened.store.tags(&tenant, heap.id).await?.unwrap_or_default();
                if json {
                    writeln!(out, "{}", object(heap, sessions, &tags))?;
                } else {
                    writeln!(out, "{}", line(heap, sessions, &tags))?;
                }
            }
            query.after = page.next;
            if query.after.is_none() {
                break;
            }
        }
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

async fn heads(opened: &Opened, tenant: &str) -> anyhow::Result<Heads> {
    let mut heads = Heads::new();
    let mut query = SessionQuery { limit: LIST_LIMIT_MAX, after: None };
    loop {
        let page = opened.store.sessions(tenant, query.clone()).await?;
        for session in page.sessions {
            heads.entry(session.head).or_default().push(session.name.into());
        }
        query.after = page.next;
        if query.after.is_none() {
            return Ok(heads);
        }
    }
}

fn line(heap: &HeapRecord, sessions: &[String], tags: &Tags) -> String {
    let mut kept: Vec<String> =
        sessions.iter().map(|session| format!("session {session}")).collect();
    // A value may hold anything, line feeds and escapes for the terminal included.
    kept.extend(tags.iter().map(|(name, value)| format!("tag {name:?}={value:?}")));
    let kept = if kept.is_empty() { "-".to_owned() } else { kept.join(", ") };
    format!(
        "{}  {:6}  {:>10}  {}  {}  {:?}  {kept}",
        heap.id,
        heap.kind.as_str(),
        heap.stored_bytes,
        heap.created_at,
        heap.used_at,
        heap.tenant,
    )
}

fn object(heap: &HeapRecord, sessions: &[String], tags: &Tags) -> Value {
    let lost = heap.lost.iter().map(|one| json!({ "name": one.name, "reason": one.reason }));
    json!({
        "heap": heap.id.to_string(),
        "tenant": heap.tenant,
        "kind": heap.kind.as_str(),
        "parent": heap.parent.map(String::from),
        "engine": heap.engine,
        "values_bytes": heap.values_bytes,
        "heap_bytes": heap.heap_bytes,
        "stored_bytes": heap.stored_bytes,
        "created_at": heap.created_at.to_string(),
        "used_at": heap.used_at.to_string(),
        "sessions": sessions,
        "tags": tags,
        "lost": lost.collect::<Vec<_>>(),
    })
}
