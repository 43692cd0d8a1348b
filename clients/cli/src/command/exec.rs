//! `exec`: a program from the command line, a file or standard input.

use super::follow;
use crate::cli::ExecArgs;
use crate::exit::Exit;
use crate::out::Out;
use anyhow::{Context, Result};
use mcp_v8_client::types::ExecRequest;
use mcp_v8_client::{Client, Submitted};
use std::io::Read as _;
use std::path::Path;

pub async fn run(client: &Client, out: &Out, arguments: ExecArgs) -> Result<Exit> {
    let request = ExecRequest {
        code: Some(source(&arguments)?),
        session: arguments.session,
        heap: arguments.heap,
        tags: (!arguments.tags.is_empty()).then(|| arguments.tags.into_iter().collect()),
        execution_timeout_secs: arguments.timeout,
        heap_memory_max_mb: arguments.memory,
        persist: arguments.fresh.then_some(false),
        ..ExecRequest::default()
    };
    let id = match client.submit(&request).await? {
        Submitted::Accepted(id) => id,
        Submitted::Finished(execution) => execution.execution_id,
    };
    if arguments.detach {
        let accepted = serde_json::json!({ "execution_id": id });
        out.show(&accepted, |_| format!("{id}\n"))?;
        return Ok(Exit::Success);
    }
    follow::run(client, out, &id, true).await
}

fn source(arguments: &ExecArgs) -> Result<String> {
    let dash = |path: &Path| path == Path::new("-");
    match (&arguments.code, &arguments.file) {
        (Some(code), None) if code != "-" => Ok(code.clone()),
        (None, Some(path)) if !dash(path) => {
            std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))
        }
        _ => {
            let mut text = String::new();
            std::io::stdin().read_to_string(&mut text).context("reading standard input")?;
            Ok(text)
        }
    }
}
