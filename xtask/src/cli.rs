//! The table of commands and the choice of one. Not the commands themselves: each has its own file.

use crate::workspace::Workspace;
use crate::{archive, bench, build, check, ci, clients, deny, nix, run, s3, test, tidy};
use anyhow::Result;
use std::process::ExitCode;

struct Command {
    name: &'static str,
    help: &'static str,
    run: fn(&Workspace, &[String]) -> Result<ExitCode>,
}

/// What a wrong command line ends with (EX_USAGE of sysexits.h).
const USAGE: u8 = 64;

const COMMANDS: &[Command] = &[
    Command {
        name: "run",
        help: "build and start mcp-v8; `run [-- args]`, without arguments on http://127.0.0.1:8080",
        run: run::command,
    },
    Command {
        name: "build",
        help: "build mcp-v8 and print the path of the binary",
        run: build::command,
    },
    Command {
        name: "test",
        help: "everything that must pass: build, cargo test, s3, clients",
        run: test::command,
    },
    Command {
        name: "clients",
        help: "clients of MCP and REST, and schemathesis, against the program; `clients [generate]`",
        run: clients::command,
    },
    Command {
        name: "s3",
        help: "the program and its S3 client against s3s and moto, which it installs",
        run: s3::command,
    },
    Command {
        name: "fmt",
        help: "the names of the files that cargo fmt would change",
        run: check::fmt_command,
    },
    Command {
        name: "clippy",
        help: "cargo clippy on every target, warnings are errors",
        run: check::clippy_command,
    },
    Command {
        name: "check",
        help: "type-check everything, without the V8 archive and without linking",
        run: check::check_command,
    },
    Command {
        name: "tidy",
        help: "the house rules: sizes, headers, arrows, unsafe, tests without sleeps",
        run: tidy::command,
    },
    Command {
        name: "deny",
        help: "licences, banned crates, sources and advisories, with cargo-deny",
        run: deny::command,
    },
    Command {
        name: "archive",
        help: "find or download the V8 archive, check it, print its path",
        run: archive::command,
    },
    Command {
        name: "nix",
        help: "lint; with $NIXPKGS, a nixpkgs tree: module, flake; `nix [lint|module|flake]`",
        run: nix::command,
    },
    Command {
        name: "bench",
        help: "measure a running mcp-v8; `bench [name]`",
        run: bench::command,
    },
    Command { name: "ci", help: "fmt, clippy, tidy, nix lint, test, deny", run: ci::command },
];

/// Runs the command that the arguments name. No arguments or `help`: the list, and success.
pub fn dispatch(arguments: &[String]) -> Result<ExitCode> {
    let (name, rest) = match arguments {
        [] => ("help", &[][..]),
        [name, rest @ ..] => (name.as_str(), rest),
    };
    if matches!(name, "help" | "--help" | "-h") {
        print!("{}", usage());
        return Ok(ExitCode::SUCCESS);
    }
    let Some(command) = COMMANDS.iter().find(|command| command.name == name) else {
        eprint!("cargo xtask has no command {name:?}\n\n{}", usage());
        return Ok(ExitCode::from(USAGE));
    };
    (command.run)(&Workspace::locate()?, rest)
}

fn usage() -> String {
    let mut text = String::from("cargo xtask <command>\n\n");
    for command in COMMANDS {
        text.push_str(&format!("  {:<8}  {}\n", command.name, command.help));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_has_one_line_of_help() {
        for command in COMMANDS {
            assert!(!command.help.is_empty() && !command.help.contains('\n'), "{}", command.name);
            assert!(usage().contains(command.help), "{}", command.name);
        }
    }

    #[test]
    fn command_names_are_unique() {
        let mut names: Vec<_> = COMMANDS.iter().map(|command| command.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), COMMANDS.len());
    }
}
