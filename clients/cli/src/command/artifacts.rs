//! `artifacts`: files that programs handed out.

use crate::cli::Artifacts;
use crate::exit::Exit;
use crate::out::Out;
use crate::table::table;
use anyhow::{Context, Result};
use futures::StreamExt as _;
use mcp_v8_client::types::ArtifactInfo;
use mcp_v8_client::{ByteStream, Client};
use std::path::Path;
use tokio::io::AsyncWriteExt as _;

pub async fn run(client: &Client, out: &Out, command: Artifacts) -> Result<Exit> {
    match command {
        Artifacts::List { page, execution } => {
            let before = page.from.map(|from| from.parse()).transpose();
            let before = before.context("--from of artifacts is a number")?;
            let (execution, limit) = (execution.as_deref(), Some(page.limit));
            let list = client.list_artifacts(before, execution, limit).await?.into_inner();
            out.show(&list, |list| rows(&list.artifacts))?;
            out.next(list.next);
        }
        Artifacts::Get { key, execution, output } => {
            let bytes = client.get_artifact(&key, execution.as_deref()).await?.into_inner();
            match output {
                Some(path) => save(bytes, &path).await?,
                None => {
                    let mut bytes = bytes.into_inner();
                    while let Some(piece) = bytes.next().await {
                        out.raw(&piece.context("the download broke off")?)?;
                    }
                }
            }
        }
    }
    Ok(Exit::Success)
}

/// Writes a new file; one that was begun and not finished is removed.
async fn save(bytes: ByteStream, path: &Path) -> Result<()> {
    let file = tokio::fs::File::create_new(path).await;
    let mut file = file.with_context(|| format!("making {}", path.display()))?;
    let written = async {
        let mut bytes = bytes.into_inner();
        while let Some(piece) = bytes.next().await {
            let piece = piece.context("the download broke off")?;
            file.write_all(&piece).await.with_context(|| format!("writing {}", path.display()))?;
        }
        file.flush().await.with_context(|| format!("writing {}", path.display()))
    };
    let written = written.await;
    if written.is_err() {
        let _ = tokio::fs::remove_file(path).await;
    }
    written
}

fn rows(artifacts: &[ArtifactInfo]) -> String {
    let row = |artifact: &ArtifactInfo| {
        vec![
            artifact.execution_id.clone(),
            artifact.mime_type.clone(),
            artifact.size_bytes.to_string(),
            artifact.created_at.clone(),
            artifact.key.clone(),
        ]
    };
    let rows: Vec<_> = artifacts.iter().map(row).collect();
    table(&["EXECUTION", "TYPE", "BYTES", "CREATED", "KEY"], &rows)
}
