//! Where the log goes: the journal under systemd, stderr otherwise. Never stdout: that may be MCP.

use anyhow::Context;
use mcp_v8_settings::{Log, LogFormat};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, Registry, fmt};

/// rmcp logs whole messages, with code in them, at INFO and DEBUG, and an ERROR for every client that left before its
/// answer: those stay out unless asked for by name.
const QUIET: &str = "rmcp::service=off";

/// Starts the log.
///
/// # Errors
/// A level that is no filter, or a journal that was asked for and is not there.
pub fn start(log: &Log) -> anyhow::Result<()> {
    let filter = filter(&log.level)?;
    let layer = match log.format {
        LogFormat::Text => text(),
        LogFormat::Json => json(),
        LogFormat::Journald => {
            journal().context("log.format = \"journald\", but there is no journal")?
        }
        // systemd sets the variable for services whose stderr is the journal.
        LogFormat::Auto if std::env::var_os("JOURNAL_STREAM").is_some() => {
            journal().unwrap_or_else(|_| json())
        }
        LogFormat::Auto if std::io::IsTerminal::is_terminal(&std::io::stderr()) => text(),
        LogFormat::Auto => json(),
    };
    tracing_subscriber::registry()
        .with(layer.with_filter(filter))
        .try_init()
        .context("starting the log")
}

/// What `log.level` says, and less of rmcp.
fn filter(level: &str) -> anyhow::Result<EnvFilter> {
    // A level for everything is the directive without a target; the last one counts.
    let all = level.rsplit(',').find_map(|part| part.trim().parse::<LevelFilter>().ok());
    // Quieter than that is not made louder.
    let rmcp = all.unwrap_or(LevelFilter::OFF).min(LevelFilter::WARN);
    EnvFilter::try_new(format!("rmcp={rmcp},{QUIET},{level}")).context("log.level")
}

type Output = Box<dyn Layer<Registry> + Send + Sync>;

fn text() -> Output {
    fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()))
        .boxed()
}

fn json() -> Output {
    fmt::layer().json().with_writer(std::io::stderr).boxed()
}

fn journal() -> std::io::Result<Output> {
    Ok(tracing_journald::layer()?.with_field_prefix(Some("MCP_V8".to_owned())).boxed())
}

#[cfg(test)]
mod tests;
