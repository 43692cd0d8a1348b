//! `mcp-v8 worker`: the inside of a worker process. Started by the server only; hidden from the help.

use anyhow::Context;
use clap::Args;
use mcp_v8_engine::{WorkerOptions, make_base, work};
use mcp_v8_workers::jail;
use mcp_v8_workers::jail::inherited;
use std::io::Write;

/// How the server starts a worker.
#[derive(Debug, Args)]
pub struct WorkerArgs {
    /// Make the base snapshot, write it to the inherited file, and end.
    #[arg(long)]
    make_base: bool,
    /// Close the jail, try every forbidden system call, print what got through, and end.
    #[arg(long)]
    probe_jail: bool,
    /// V8 heap of the isolate made ahead, bytes.
    #[arg(long, default_value_t = 256 << 20)]
    heap_bytes: u64,
    /// ArrayBuffer contents of the isolate made ahead, bytes.
    #[arg(long, default_value_t = 256 << 20)]
    buffer_bytes: u64,
    /// `off` leaves the jail open, for debuggers.
    #[arg(long, default_value = "auto")]
    jail: String,
}

/// Runs until the server closes the wire.
pub fn run(args: &WorkerArgs) -> anyhow::Result<()> {
    if args.probe_jail {
        return probe();
    }
    let base = inherited::base()
        .context("a worker is started by the server, with its base snapshot as descriptor 4")?;
    if args.make_base {
        let bytes = make_base()?;
        std::fs::File::from(base).write_all(&bytes)?;
        return Ok(());
    }
    let wire = inherited::wire()
        .context("a worker is started by the server, with its wire as descriptor 3")?;
    let open: fn() -> Vec<String> =
        || vec!["workers.jail is \"off\": scripts run unconfined".to_owned()];
    let (enter, seal) = if args.jail == "off" {
        (open, Vec::new as fn() -> _)
    } else {
        (jail::enter as _, jail::seal as _)
    };
    let options = WorkerOptions {
        wire,
        base,
        heap: args.heap_bytes,
        buffers: args.buffer_bytes,
        enter,
        seal,
    };
    match work(options)? {}
}

#[cfg(target_os = "linux")]
fn probe() -> anyhow::Result<()> {
    let mut missing = jail::enter();
    missing.extend(jail::seal());
    let attempts = jail::attempts();
    let mut out = std::io::stdout();
    for what in &missing {
        writeln!(out, "missing {what}")?;
    }
    for attempt in &attempts {
        match &attempt.refused {
            Some(error) => writeln!(out, "refused {} ({error})", attempt.what)?,
            None => writeln!(out, "ALLOWED {}", attempt.what)?,
        }
    }
    anyhow::ensure!(
        missing.is_empty() && attempts.iter().all(|one| one.refused.is_some()),
        "the jail has a hole"
    );
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn probe() -> anyhow::Result<()> {
    anyhow::bail!("this system has no jail to probe")
}
