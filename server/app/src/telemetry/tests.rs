//! What reaches the log at which level.

use super::filter;
use std::io::Write;
use std::sync::{Arc, Mutex};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::{Layer, fmt, registry};

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("nobody panics with it").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Which of the events are logged.
fn logged(level: &str) -> Vec<&'static str> {
    let lines = Lines::default();
    let writer = lines.clone();
    let layer = fmt::layer().with_ansi(false).with_writer(move || writer.clone());
    let log = registry().with(layer.with_filter(filter(level).expect("a filter")));
    tracing::subscriber::with_default(log, || {
        tracing::error!(target: "rmcp::transport", "rmcp-error");
        tracing::warn!(target: "rmcp::transport", "rmcp-warn");
        tracing::info!(target: "rmcp::transport", "rmcp-info");
        tracing::error!(target: "rmcp::service", "service-error");
        tracing::error!(target: "mcp_v8_app", "own-error");
        tracing::warn!(target: "mcp_v8_app", "own-warn");
        tracing::info!(target: "mcp_v8_app", "own-info");
    });
    let text = String::from_utf8(lines.0.lock().expect("nobody panics with it").clone());
    let text = text.expect("it is text");
    let all = [
        "rmcp-error",
        "rmcp-warn",
        "rmcp-info",
        "service-error",
        "own-error",
        "own-warn",
        "own-info",
    ];
    all.into_iter().filter(|word| text.contains(word)).collect()
}

#[test]
fn a_level_is_the_most_that_the_protocol_library_logs_too() {
    assert_eq!(logged("error"), ["rmcp-error", "own-error"]);
    assert_eq!(logged("ERROR"), ["rmcp-error", "own-error"]);
    assert!(logged("off").is_empty());
    let warnings = ["rmcp-error", "rmcp-warn", "own-error", "own-warn"];
    assert_eq!(logged("warn"), warnings);
    assert_eq!(logged("info"), [warnings.as_slice(), &["own-info"]].concat());
}

#[test]
fn directives_by_name_say_more_or_less_than_the_level_for_all() {
    assert_eq!(
        logged("mcp_v8_app=info,error"),
        ["rmcp-error", "own-error", "own-warn", "own-info"]
    );
    assert_eq!(logged("mcp_v8_app=warn"), ["own-error", "own-warn"]);
    assert_eq!(logged("error,rmcp=info"), ["rmcp-error", "rmcp-warn", "rmcp-info", "own-error"]);
}
