//! Starting mcp-v8 from the sources. Not a supervisor: this process becomes the server.

use crate::build;
use crate::workspace::Workspace;
use anyhow::{Context, Result};
use std::os::unix::process::CommandExt;
use std::process::{Command, ExitCode};

/// The port when no arguments are given.
const PORT: &str = "8080";

/// Builds, then becomes mcp-v8 with the arguments after an optional `--`.
pub fn command(workspace: &Workspace, arguments: &[String]) -> Result<ExitCode> {
    let binary = build::binary(workspace)?;
    let arguments = server_arguments(arguments);
    if arguments.is_empty() {
        println!("mcp-v8 listens on http://127.0.0.1:{PORT}: MCP at /mcp, REST at /api/exec");
        println!(
            "try: curl -s http://127.0.0.1:{PORT}/api/exec -H 'content-type: application/json' -d '{{\"code\": \"6 * 7\", \"wait_ms\": 5000}}'"
        );
    }
    let mut server = Command::new(&binary);
    if arguments.is_empty() {
        server.args(["--http-port", PORT]);
    }
    // Returns only if the binary does not start.
    let error = server.args(arguments).exec();
    Err(error).with_context(|| format!("cannot start {}", binary.display()))
}

fn server_arguments(arguments: &[String]) -> &[String] {
    match arguments {
        [dashes, rest @ ..] if dashes == "--" => rest,
        all => all,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_pair_of_dashes_may_stand_before_the_servers_arguments() {
        let all = ["--", "check", "--"].map(String::from);
        assert_eq!(server_arguments(&all), &all[1..]);
        assert_eq!(server_arguments(&all[1..]), &all[1..]);
        assert!(server_arguments(&[]).is_empty());
    }
}
