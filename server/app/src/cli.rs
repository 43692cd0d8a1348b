//! The command line: the server by default, and its tools.

use crate::worker::{self, WorkerArgs};
use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// An MCP server that runs JavaScript and TypeScript in jailed V8 workers.
#[derive(Debug, Parser)]
#[command(name = "mcp-v8", version)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    #[command(hide = true)]
    Worker(WorkerArgs),
}

/// Parses the command line and does what it says.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let done = match cli.command {
        Some(Command::Worker(args)) => worker::run(&args),
        None => Ok(()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("mcp-v8: {error:#}");
            ExitCode::FAILURE
        }
    }
}
