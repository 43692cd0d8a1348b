//! `mcp-v8 heap`: stored states from the operator's side, over all tenants, while no server uses them. Not a surface:
//! whoever may read the directory may do this.

mod gc;
mod ls;
mod verify;

use crate::flags::ServerFlags;
use crate::{exit, serve, state};
use anyhow::Context;
use clap::{ArgGroup, Args, Subcommand};
use mcp_v8_executions::Checkpoints;
use mcp_v8_sandbox::HeapId;
use mcp_v8_settings::{Location, Settings};
use mcp_v8_storage::{StorageError, Store};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What to do with stored states.
#[derive(Debug, Subcommand)]
pub enum HeapCommand {
    /// List them, with what keeps each.
    Ls {
        #[command(flatten)]
        at: At,
        /// Only those of this tenant.
        #[arg(long, value_name = "TENANT")]
        tenant: Option<String>,
        /// One JSON object a line.
        #[arg(long)]
        json: bool,
    },
    /// Open every envelope, as a run would: seal, tenant, id, content. Ends with 1 if one is refused or missing.
    #[command(group(ArgGroup::new("which").required(true).args(["all", "ids"])))]
    Verify {
        #[command(flatten)]
        at: At,
        /// Every heap, and blobs that no heap names.
        #[arg(long)]
        all: bool,
        /// These heaps, whosever they are.
        #[arg(value_name = "ID")]
        ids: Vec<HeapId>,
    },
    /// Remove what the configuration does not keep, now.
    Gc {
        #[command(flatten)]
        at: At,
        /// Say what would go, and remove nothing.
        #[arg(long)]
        dry_run: bool,
    },
}

/// Where the states are.
#[derive(Debug, Args)]
pub struct At {
    /// The configuration file of the server.
    #[arg(long, env = "MCP_V8_CONFIG")]
    config: Option<PathBuf>,
}

/// The states, and nobody else at them.
struct Opened {
    settings: Settings,
    store: Store,
    checkpoints: Checkpoints,
}

/// Does what the command says; what it found is on stdout, why it could not is on stderr.
pub fn run(command: &HeapCommand) -> anyhow::Result<ExitCode> {
    let (HeapCommand::Ls { at, .. } | HeapCommand::Verify { at, .. } | HeapCommand::Gc { at, .. }) =
        command;
    let flags = ServerFlags { config: at.config.clone(), ..ServerFlags::default() };
    let settings = match mcp_v8_settings::load(&flags.sources()?) {
        Ok(settings) => settings,
        Err(diagnostics) => {
            eprintln!("{diagnostics}");
            return Ok(exit::CONFIG.into());
        }
    };
    let Location::Directory(directory) = settings.storage.location.clone() else {
        return Ok(nothing_kept());
    };
    if !directory.is_dir() {
        let name = directory.display();
        eprintln!("mcp-v8: no server has kept anything in {name} yet (storage.path)");
        return Ok(exit::NO_INPUT.into());
    }
    if let Some(keys) = settings.storage.key_file.as_ref().filter(|keys| !keys.exists()) {
        // A server would make new ones, and every stored heap would be refused for good.
        let keys = keys.display();
        eprintln!(
            "mcp-v8: the key file {keys} is missing (storage.key_file): put it back; no stored heap opens without it"
        );
        return Ok(exit::NO_INPUT.into());
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("starting the runtime")?;
    runtime.block_on(with(settings, &directory, command))
}

async fn with(
    settings: Settings,
    directory: &Path,
    command: &HeapCommand,
) -> anyhow::Result<ExitCode> {
    let engine = state::engine();
    let store = match Store::open(&serve::location(&settings)) {
        Ok(store) => store,
        Err(StorageError::InUse { .. }) => return Ok(in_use(directory)),
        Err(error) => return Err(error.into()),
    };
    let Some(checkpoints) = state::checkpoints(&settings, &store, engine).await? else {
        return Ok(nothing_kept());
    };
    let opened = Opened { settings, store: store.clone(), checkpoints };
    let done = match command {
        HeapCommand::Ls { tenant, json, .. } => ls::run(&opened, tenant.as_deref(), *json).await,
        HeapCommand::Verify { ids, .. } => verify::run(&opened, ids).await,
        HeapCommand::Gc { dry_run, .. } => gc::run(&opened, *dry_run).await,
    };
    store.close().await;
    done
}

fn nothing_kept() -> ExitCode {
    eprintln!(
        "mcp-v8: this configuration keeps no heaps (storage.kind = \"none\", or sessions.enabled = false)"
    );
    exit::CONFIG.into()
}

fn in_use(directory: &Path) -> ExitCode {
    eprintln!(
        "mcp-v8: {} is in use by a running server. Stop it first. While it runs, ask it: GET /api/sessions and \
         GET /api/heaps/ID show its states, and it removes unused ones by itself.",
        directory.display()
    );
    exit::IN_USE.into()
}

/// Every tenant with heaps, or the one that is asked for.
async fn tenants(opened: &Opened, only: Option<&str>) -> anyhow::Result<Vec<String>> {
    let all = opened.store.heap_tenants().await?;
    Ok(all.into_iter().filter(|tenant| only.is_none_or(|only| only == tenant)).collect())
}
