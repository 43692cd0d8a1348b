//! The command line. What commands do is in `command`.

use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;
use std::path::PathBuf;

const AFTER: &str = "\
Exit codes:
  0    success
  1    the JavaScript program failed, was stopped by a limit, or was cancelled
  2    the command line, or a file of this machine
  3    the server refused: unknown, denied, malformed
  4    the server cannot be reached, or has no room
  130  interrupted; a program that was followed is cancelled";

/// Run JavaScript and TypeScript on an mcp-v8 server, and look at what was run.
#[derive(Parser, Debug)]
#[command(name = "mcp-v8-cli", version, after_help = AFTER)]
pub struct Cli {
    #[command(flatten)]
    pub server: ServerArgs,
    /// JSON instead of tables and text
    #[arg(long, global = true)]
    pub json: bool,
    #[command(subcommand)]
    pub command: Command,
}

/// Where the server is.
#[derive(Args, Debug)]
pub struct ServerArgs {
    /// URL of the server
    #[arg(
        long,
        global = true,
        env = "MCP_V8_URL",
        default_value = "http://127.0.0.1:8080",
        value_name = "URL"
    )]
    pub url: String,
    /// File that holds the bearer token; without one, none is sent
    #[arg(long, global = true, env = "MCP_V8_TOKEN_FILE", value_name = "FILE")]
    pub token_file: Option<PathBuf>,
}

#[derive(Subcommand, Debug)]
pub enum Command {
    /// Run a program and show its output as it appears
    Exec(Box<ExecArgs>),
    /// What was run
    #[command(subcommand)]
    Executions(Executions),
    /// Named sessions, in which top-level variables stay from run to run
    #[command(subcommand)]
    Sessions(Sessions),
    /// Stored states
    #[command(subcommand)]
    Heaps(Heaps),
    /// Tags of stored states
    #[command(subcommand)]
    Tags(Tags),
    /// Files that programs handed out
    #[command(subcommand)]
    Artifacts(Artifacts),
    /// Versions of this program and of the server
    Version,
    /// Print completions for a shell
    Completions { shell: Shell },
    /// Print the manual page, or write those of all commands to a folder
    Man {
        /// Folder
        #[arg(value_name = "FOLDER")]
        folder: Option<PathBuf>,
    },
}

/// A program, and how to run it.
#[derive(Args, Debug)]
pub struct ExecArgs {
    /// The program; `-`, or nothing: standard input
    #[arg(conflicts_with = "file")]
    pub code: Option<String>,
    /// File that holds the program; `-` for standard input
    #[arg(short, long, value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Session whose variables the program uses and keeps
    #[arg(short, long)]
    pub session: Option<String>,
    /// Stored state to start from
    #[arg(long, value_name = "ID")]
    pub heap: Option<String>,
    /// Tag of the state after the run; may be repeated
    #[arg(long = "tag", value_name = "NAME=VALUE", value_parser = tag)]
    pub tags: Vec<(String, String)>,
    /// Seconds the program may take
    #[arg(long, value_name = "SECONDS")]
    pub timeout: Option<u64>,
    /// V8 heap of the program, MB
    #[arg(long, value_name = "MB")]
    pub memory: Option<u64>,
    /// Keep nothing of the program's state
    #[arg(long)]
    pub fresh: bool,
    /// Print the execution's id and do not wait
    #[arg(long)]
    pub detach: bool,
}

#[derive(Subcommand, Debug)]
pub enum Executions {
    /// Newest first
    List {
        #[command(flatten)]
        page: Page,
        /// queued, running, completed, failed, cancelled or timed_out
        #[arg(long)]
        status: Option<String>,
        /// Only those of this session
        #[arg(long)]
        session: Option<String>,
    },
    /// One of them
    Get {
        id: String,
        /// Wait for its end
        #[arg(long)]
        wait: bool,
    },
    /// Its console output, all there is now
    Output { id: String },
    /// Its console output as it appears, and its end
    Follow { id: String },
    /// Stop it
    Cancel { id: String },
}

#[derive(Subcommand, Debug)]
pub enum Sessions {
    /// Most recently used first
    List {
        #[command(flatten)]
        page: Page,
    },
    /// The runs of one, newest first, and the state after each
    History {
        name: String,
        #[command(flatten)]
        page: Page,
    },
    /// Forget one: its name, history and live state
    Delete { name: String },
}

#[derive(Subcommand, Debug)]
pub enum Heaps {
    /// One of them
    Get { id: String },
    /// Those that have all of these tags
    Find {
        #[arg(required = true, value_name = "NAME=VALUE", value_parser = tag)]
        tags: Vec<(String, String)>,
        #[command(flatten)]
        page: Page,
    },
}

#[derive(Subcommand, Debug)]
pub enum Tags {
    /// Tags of a state
    Get { heap: String },
    /// Replace all tags of a state
    Set {
        heap: String,
        #[arg(value_name = "NAME=VALUE", value_parser = tag)]
        tags: Vec<(String, String)>,
    },
    /// Remove tags of a state; without names, all
    Delete { heap: String, names: Vec<String> },
}

#[derive(Subcommand, Debug)]
pub enum Artifacts {
    /// Newest first
    List {
        #[command(flatten)]
        page: Page,
        /// Only those of this execution
        #[arg(long, value_name = "ID")]
        execution: Option<String>,
    },
    /// The bytes of one
    Get {
        key: String,
        /// Of this execution; otherwise the newest of this key
        #[arg(long, value_name = "ID")]
        execution: Option<String>,
        /// File to write; it must not exist. Otherwise standard output
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
}

/// How much of a list.
#[derive(Args, Debug)]
pub struct Page {
    /// Entries at most
    #[arg(long, default_value_t = 20, value_name = "NUMBER")]
    pub limit: u64,
    /// Where to go on, as the page before said
    #[arg(long, value_name = "NEXT")]
    pub from: Option<String>,
}

fn tag(text: &str) -> Result<(String, String), &'static str> {
    let (name, value) = text.split_once('=').ok_or("a tag is NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_sound_and_every_command_and_option_has_help() {
        fn described(command: &clap::Command) {
            for argument in command.get_arguments().filter(|argument| !argument.is_positional()) {
                assert!(
                    argument.get_help().is_some(),
                    "{} {}",
                    command.get_name(),
                    argument.get_id()
                );
            }
            for inner in command.get_subcommands() {
                assert!(inner.get_about().is_some(), "{}", inner.get_name());
                described(inner);
            }
        }
        let command = Cli::command();
        command.clone().debug_assert();
        described(&command);
    }

    #[test]
    fn a_tag_has_a_name_and_the_rest_is_its_value() {
        assert_eq!(tag("a=b=c"), Ok(("a".to_owned(), "b=c".to_owned())));
        assert!(tag("a").is_err());
    }
}
