//! `cargo xtask`: set-up, run, test, and the checks of the tree. Nothing here is shipped with the server.
#![forbid(unsafe_code)]
#![expect(clippy::print_stdout, reason = "a command line tool speaks on standard output")]

mod archive;
mod bench;
mod build;
mod cargo;
mod check;
mod ci;
mod cli;
mod clients;
mod deny;
mod nix;
mod python;
mod run;
mod s3;
mod stamp;
mod steps;
mod tally;
mod test;
mod tidy;
mod tool;
mod workspace;

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match cli::dispatch(&arguments) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
