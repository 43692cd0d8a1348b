//! `sessions`: names under which state stays.

use crate::cli::Sessions;
use crate::exit::Exit;
use crate::out::Out;
use crate::table::table;
use anyhow::{Context, Result};
use mcp_v8_client::Client;
use mcp_v8_client::types::{SessionInfo, SnapshotInfo};

pub async fn run(client: &Client, out: &Out, command: Sessions) -> Result<Exit> {
    match command {
        Sessions::List { page } => {
            let list = client.list_sessions(page.from.as_deref(), Some(page.limit)).await?;
            let list = list.into_inner();
            out.show(&list, |list| sessions(&list.sessions))?;
            out.next(list.next);
        }
        Sessions::History { name, page } => {
            let before = page.from.map(|from| from.parse()).transpose();
            let before = before.context("--from of a history is a number")?;
            let limit = Some(page.limit);
            let list = client.list_session_snapshots(&name, before, None, limit).await?;
            let list = list.into_inner();
            out.show(&list, |list| history(&list.entries))?;
            out.next(list.next);
        }
        Sessions::Delete { name } => {
            client.delete_session(&name).await?;
        }
    }
    Ok(Exit::Success)
}

fn sessions(sessions: &[SessionInfo]) -> String {
    let row = |session: &SessionInfo| {
        vec![
            session.session.clone(),
            session.runs.to_string(),
            session.bytes.map(|bytes| bytes.to_string()).unwrap_or_default(),
            session.updated_at.clone().unwrap_or_default(),
            session.heap.clone().unwrap_or_default(),
        ]
    };
    let rows: Vec<_> = sessions.iter().map(row).collect();
    table(&["SESSION", "RUNS", "BYTES", "UPDATED", "HEAP"], &rows)
}

fn history(entries: &[SnapshotInfo]) -> String {
    let row = |entry: &SnapshotInfo| {
        vec![
            entry.index.map(|index| index.to_string()).unwrap_or_default(),
            entry.timestamp.clone().unwrap_or_default(),
            entry.error_code.clone().unwrap_or_default(),
            entry.output_heap.clone().unwrap_or_default(),
            entry.code.clone().unwrap_or_default(),
        ]
    };
    let rows: Vec<_> = entries.iter().map(row).collect();
    table(&["RUN", "TIME", "ERROR", "HEAP", "CODE"], &rows)
}
