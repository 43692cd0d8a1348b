//! `heaps`: stored states. Never their bytes.

use crate::cli::Heaps;
use crate::exit::Exit;
use crate::out::Out;
use crate::table::{fields, table};
use anyhow::Result;
use mcp_v8_client::Client;
use mcp_v8_client::types::{HeapInfo, TaggedHeap};

pub async fn run(client: &Client, out: &Out, command: Heaps) -> Result<Exit> {
    match command {
        Heaps::Get { id } => {
            let heap = client.get_heap(&id).await?.into_inner();
            out.show(&heap, one)?;
        }
        Heaps::Find { tags, page } => {
            let (tags, from) = (tags.into_iter().collect(), page.from.as_deref());
            let list = client.query_heaps_by_tags(&tags, Some(page.limit), from).await?;
            out.show(&list, |list| found(&list.results))?;
            out.next(list.next);
        }
    }
    Ok(Exit::Success)
}

fn one(heap: &HeapInfo) -> String {
    fields(&[
        ("heap", Some(heap.heap.clone())),
        ("kind", Some(heap.kind.clone())),
        ("parent", heap.parent.clone()),
        ("engine", Some(heap.engine.clone())),
        ("stored", Some(format!("{} bytes", heap.stored_bytes))),
        ("created", Some(heap.created_at.clone())),
        ("used", Some(heap.used_at.clone())),
        ("tags", Some(pairs(&heap.tags))),
    ])
}

fn found(heaps: &[TaggedHeap]) -> String {
    let row = |heap: &TaggedHeap| vec![heap.heap.clone(), pairs(&heap.tags)];
    let rows: Vec<_> = heaps.iter().map(row).collect();
    table(&["HEAP", "TAGS"], &rows)
}

/// Tags as the command line takes them, in the order of their names.
fn pairs(tags: &std::collections::HashMap<String, String>) -> String {
    let mut pairs: Vec<_> = tags.iter().map(|(name, value)| format!("{name}={value}")).collect();
    pairs.sort_unstable();
    pairs.join(" ")
}
