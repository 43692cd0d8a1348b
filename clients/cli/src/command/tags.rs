//! `tags`: names and values of a stored state.

use crate::cli::Tags;
use crate::exit::Exit;
use crate::out::Out;
use crate::table::table;
use anyhow::Result;
use mcp_v8_client::Client;
use mcp_v8_client::types::HeapTags;

pub async fn run(client: &Client, out: &Out, command: Tags) -> Result<Exit> {
    match command {
        Tags::Get { heap } => {
            let tags = client.get_heap_tags(&heap).await?.into_inner();
            out.show(&tags, rows)?;
        }
        Tags::Set { heap, tags } => {
            let tags = HeapTags { tags: tags.into_iter().collect() };
            let tags = client.set_heap_tags(&heap, &tags).await?.into_inner();
            out.show(&tags, rows)?;
        }
        Tags::Delete { heap, names } => {
            let names = (!names.is_empty()).then_some(names);
            client.delete_heap_tags(&heap, names.as_ref()).await?;
        }
    }
    Ok(Exit::Success)
}

fn rows(tags: &HeapTags) -> String {
    let mut rows: Vec<_> =
        tags.tags.iter().map(|(name, value)| vec![name.clone(), value.clone()]).collect();
    rows.sort_unstable();
    table(&["NAME", "VALUE"], &rows)
}
