//! `mcp-v8 child`: a keeper of one child process of a script. Started by the server only; hidden from the help.

use clap::Args;

/// How the server starts a keeper, and a keeper its second process.
#[derive(Debug, Args)]
pub struct ChildArgs {
    /// Stay in the network of the server.
    #[arg(long)]
    network: bool,
    /// Processes that the child may have, itself included.
    #[arg(long, default_value_t = 64)]
    max_processes: u64,
    /// The second process, in the new namespaces.
    #[arg(long)]
    inner: bool,
    /// What the first found this kernel to lack.
    #[arg(long)]
    missing: Vec<String>,
}

/// Runs until the child has ended or the server wants no more.
#[cfg(target_os = "linux")]
pub fn run(args: ChildArgs) -> anyhow::Result<()> {
    use mcp_v8_host::subprocess::keeper::{self, Confinement, Walls};
    use mcp_v8_workers::jail::child;
    let walls = Walls {
        separate: child::separate,
        first: child::first,
        restrict: |confine: &Confinement| {
            child::restrict(&confine.read, &confine.write, confine.network)
        },
    };
    if args.inner {
        keeper::inner(&walls, args.missing)?;
    } else {
        keeper::outer(&walls, args.network, args.max_processes)?;
    }
    Ok(())
}

/// Other systems have none of it.
#[cfg(not(target_os = "linux"))]
pub fn run(_: ChildArgs) -> anyhow::Result<()> {
    anyhow::bail!("child processes of scripts need Linux")
}
