//! What the commands do: one file per resource.

mod artifacts;
mod exec;
mod executions;
mod follow;
mod heaps;
mod sessions;
mod tags;

use crate::cli::{Cli, Command};
use crate::exit::Exit;
use crate::out::Out;
use crate::table::fields;
use anyhow::{Context, Result};
use clap::CommandFactory as _;
use serde::Serialize;
use std::path::Path;

/// Carries a command out.
pub async fn run(cli: Cli) -> Result<Exit> {
    let (out, server) = (Out { json: cli.json }, &cli.server);
    match cli.command {
        Command::Exec(arguments) => exec::run(&server.connect()?, &out, *arguments).await,
        Command::Executions(command) => executions::run(&server.connect()?, &out, command).await,
        Command::Sessions(command) => sessions::run(&server.connect()?, &out, command).await,
        Command::Heaps(command) => heaps::run(&server.connect()?, &out, command).await,
        Command::Tags(command) => tags::run(&server.connect()?, &out, command).await,
        Command::Artifacts(command) => artifacts::run(&server.connect()?, &out, command).await,
        Command::Version => version(&server.connect()?, &out).await,
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "mcp-v8-cli", &mut script);
            out.raw(&script)?;
            Ok(Exit::Success)
        }
        Command::Man { folder } => man(&out, folder.as_deref()),
    }
}

#[derive(Serialize)]
struct Versions {
    client: &'static str,
    server: String,
}

async fn version(client: &mcp_v8_client::Client, out: &Out) -> Result<Exit> {
    let server = client.get_version().await?.into_inner().version;
    out.show(&Versions { client: env!("CARGO_PKG_VERSION"), server }, |versions| {
        let client = Some(versions.client.to_owned());
        fields(&[("client", client), ("server", Some(versions.server.clone()))])
    })?;
    Ok(Exit::Success)
}

fn man(out: &Out, folder: Option<&Path>) -> Result<Exit> {
    match folder {
        Some(folder) => clap_mangen::generate_to(Cli::command(), folder)
            .with_context(|| format!("writing manual pages to {}", folder.display()))?,
        None => {
            let mut page = Vec::new();
            clap_mangen::Man::new(Cli::command()).render(&mut page)?;
            out.raw(&page)?;
        }
    }
    Ok(Exit::Success)
}
