//! `executions`: what was run.

use super::follow;
use crate::cli::Executions;
use crate::exit::Exit;
use crate::out::Out;
use crate::table::{fields, table};
use anyhow::Result;
use mcp_v8_client::Client;
use mcp_v8_client::types::{Cancelled, ExecutionInfo};

/// Bytes of output that are asked for at once.
const PAGE: u64 = 1 << 20;

pub async fn run(client: &Client, out: &Out, command: Executions) -> Result<Exit> {
    match command {
        Executions::List { page, status, session } => {
            let (before, limit) = (page.from.as_deref(), page.limit);
            let (session, status) = (session.as_deref(), status.as_deref());
            let list = client.list_executions(before, Some(limit), session, status).await?;
            let list = list.into_inner();
            out.show(&list, |list| rows(&list.executions))?;
            out.next(list.next);
        }
        Executions::Get { id, wait } => {
            let execution = match wait {
                true => client.wait(&id).await?,
                false => client.get_execution(&id, None).await?.into_inner(),
            };
            out.show(&execution, one)?;
        }
        Executions::Output { id } => output(client, out, &id).await?,
        Executions::Follow { id } => return follow::run(client, out, &id, false).await,
        Executions::Cancel { id } => {
            let execution = client.cancel_execution(&id).await?.into_inner();
            out.show(&execution, |execution: &Cancelled| format!("{}\n", execution.status))?;
        }
    }
    Ok(Exit::Success)
}

async fn output(client: &Client, out: &Out, id: &str) -> Result<()> {
    let (mut from, mut all) = (0, String::new());
    loop {
        let page = client.get_execution_output(id, Some(PAGE), Some(from), None, None).await?;
        let page = page.into_inner();
        from = page.next_byte_offset;
        match out.json {
            true => all.push_str(&page.data),
            false => out.raw(page.data.as_bytes())?,
        }
        if !page.has_more {
            break;
        }
    }
    if out.json {
        out.show(&serde_json::json!({ "execution_id": id, "output": all }), |_| String::new())?;
    }
    Ok(())
}

fn rows(executions: &[ExecutionInfo]) -> String {
    let row = |execution: &ExecutionInfo| {
        let failure = execution.error.as_ref().and_then(|error| error.code.clone());
        vec![
            execution.execution_id.clone(),
            execution.status.clone(),
            execution.session.clone().unwrap_or_default(),
            execution.submitted_at.clone(),
            execution.duration_ms.map(|ms| format!("{ms} ms")).unwrap_or_default(),
            failure.unwrap_or_default(),
        ]
    };
    let rows: Vec<_> = executions.iter().map(row).collect();
    table(&["ID", "STATUS", "SESSION", "SUBMITTED", "TOOK", "ERROR"], &rows)
}

fn one(execution: &ExecutionInfo) -> String {
    let error = execution.error.as_ref();
    let time = |ms: Option<u64>| ms.map(|ms| format!("{ms} ms"));
    fields(&[
        ("id", Some(execution.execution_id.clone())),
        ("status", Some(execution.status.clone())),
        ("session", execution.session.clone()),
        ("result", execution.result.as_ref().map(ToString::to_string)),
        ("error", error.and_then(|error| error.code.clone())),
        ("message", error.map(|error| error.message.clone())),
        ("heap", execution.heap.clone()),
        ("submitted", Some(execution.submitted_at.clone())),
        ("started", execution.started_at.clone()),
        ("completed", execution.completed_at.clone()),
        ("took", time(execution.duration_ms)),
        ("processor", time(execution.cpu_ms)),
        (
            "output",
            Some(format!("{} bytes, {} lines", execution.output_bytes, execution.output_lines)),
        ),
        ("artifacts", Some(execution.artifacts.to_string())),
    ])
}
