//! `mcp-v8-cli`: mcp-v8 from a terminal, over its REST interface. It contains no engine and no server.
#![forbid(unsafe_code)]

mod cli;
mod command;
mod exit;
mod interrupt;
mod out;
mod server;
mod table;

use clap::Parser as _;
use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let ended = match runtime {
        Ok(runtime) => runtime.block_on(command::run(cli)),
        Err(error) => Err(error.into()),
    };
    match ended {
        Ok(code) => code.into(),
        // Whoever reads the output has enough of it: `| head`.
        Err(error) if exit::is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("mcp-v8-cli: {}", exit::words(&error));
            exit::code(&error).into()
        }
    }
}
