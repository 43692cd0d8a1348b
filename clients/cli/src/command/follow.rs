//! An execution from its first output to its end, on the terminal.

use crate::exit::Exit;
use crate::interrupt::{Ended, watched};
use crate::out::Out;
use crate::table::plain;
use anyhow::{Context, Result};
use futures::StreamExt as _;
use mcp_v8_client::types::ExecutionInfo;
use mcp_v8_client::{Client, Followed};

/// Shows the output of an execution as it appears, then how it ended. `own`: Ctrl-C cancels it.
pub async fn run(client: &Client, out: &Out, id: &str, own: bool) -> Result<Exit> {
    match watched(client, own.then_some(id), show(client, out, id)).await? {
        Ended::Done(execution) => end(out, &execution),
        Ended::Interrupted => Ok(Exit::Interrupted),
    }
}

/// In JSON all of the output is in the execution, otherwise it is shown at once.
async fn show(client: &Client, out: &Out, id: &str) -> Result<ExecutionInfo> {
    let mut all = String::new();
    let mut events = std::pin::pin!(client.follow(id, 0));
    while let Some(event) = events.next().await {
        match event? {
            Followed::Output(output) if out.json => all.push_str(&output.data),
            Followed::Output(output) => out.raw(output.data.as_bytes())?,
            Followed::End(execution) if out.json => {
                let output = Some(all);
                return Ok(ExecutionInfo { output, truncated: Some(false), ..*execution });
            }
            Followed::End(execution) => return Ok(*execution),
        }
    }
    None.context("the server ended the stream without an end")
}

/// Shows the result on standard output, and a failure on standard error.
pub fn end(out: &Out, execution: &ExecutionInfo) -> Result<Exit> {
    out.show(execution, result)?;
    if let Some(error) = execution.error.as_ref().filter(|_| !out.json) {
        let text = error.stack.as_ref().unwrap_or(&error.message);
        let code = error.code.as_deref().unwrap_or(&execution.status);
        // Lines stay lines: a stack has many.
        let lines: Vec<String> = text.lines().map(plain).collect();
        eprintln!("{code}: {}", lines.join("\n"));
    }
    for lost in execution.lost.iter().filter(|_| !out.json) {
        eprintln!("mcp-v8-cli: not kept: {}: {}", plain(&lost.name), plain(&lost.reason));
    }
    Ok(if execution.status == "completed" { Exit::Success } else { Exit::Program })
}

fn result(execution: &ExecutionInfo) -> String {
    let text = match (&execution.result, execution.result_kind.as_deref()) {
        (None, _) | (_, None | Some("undefined")) => return String::new(),
        (Some(serde_json::Value::String(text)), Some("text")) => text.clone(),
        (Some(value), _) => value.to_string(),
    };
    text + "\n"
}
