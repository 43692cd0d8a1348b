//! The command line: the server by default, and its tools. What a flag means for the configuration is in `flags`.

use crate::flags::ServerFlags;
use crate::heap::HeapCommand;
use crate::policy::PolicyCommand;
use crate::{check, child, heap, policy, serve, worker};
use clap::{Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

/// An MCP server that runs JavaScript and TypeScript in jailed V8 workers.
///
/// Without a configuration it speaks MCP on stdin and stdout and keeps its state under the XDG state directory.
#[derive(Debug, Parser)]
#[command(name = "mcp-v8", version, args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    server: ServerFlags,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Check a configuration without starting anything.
    Check {
        /// The configuration file.
        #[arg(long, env = "MCP_V8_CONFIG")]
        config: Option<PathBuf>,
    },
    /// Print the JSON schema of the configuration.
    Schema,
    /// Test, ask and explain policies.
    #[command(subcommand)]
    Policy(PolicyCommand),
    /// Look at and clean up stored states, while no server uses them.
    #[command(subcommand)]
    Heap(HeapCommand),
    #[command(hide = true)]
    Worker(worker::WorkerArgs),
    #[command(hide = true)]
    Child(child::ChildArgs),
}

/// Parses the command line and does what it says.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let done = match cli.command {
        Some(Command::Worker(args)) => worker::run(&args).map(|()| ExitCode::SUCCESS),
        Some(Command::Child(args)) => child::run(args).map(|()| ExitCode::SUCCESS),
        Some(Command::Check { config }) => check::run(config),
        Some(Command::Policy(command)) => policy::run(command),
        Some(Command::Heap(command)) => heap::run(&command),
        Some(Command::Schema) => check::schema(),
        None => serve::run(&cli.server),
    };
    done.unwrap_or_else(|error| {
        eprintln!("mcp-v8: {error:#}");
        ExitCode::FAILURE
    })
}
