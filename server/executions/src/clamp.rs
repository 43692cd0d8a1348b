//! From what was asked for to what is granted: limits clamped to the operator's, once.

use crate::error::SubmitError;
use crate::request::{Request, Target};
use mcp_v8_sandbox::{Limits, SessionName};
use mcp_v8_settings::Settings;
use std::time::Duration;

/// Least V8 heap of a run, MB: the base and the parser need a part of it.
pub const HEAP_MB_LEAST: u64 = 16;

/// Least wall clock of a run.
const TIMEOUT_LEAST: Duration = Duration::from_millis(100);

/// The limits of a run.
///
/// # Errors
/// [`SubmitError`] naming the value that is out of range and its limit.
pub fn limits(settings: &Settings, request: &Request) -> Result<Limits, SubmitError> {
    let own = &settings.limits;
    if request.source.trim().is_empty() {
        return Err(SubmitError::SourceEmpty);
    }
    if request.source.len() as u64 > own.source_bytes {
        return Err(SubmitError::SourceTooLarge {
            size: request.source.len(),
            limit: own.source_bytes,
        });
    }
    if let Some(value) = request.heap_mb.filter(|mb| *mb < HEAP_MB_LEAST) {
        return Err(SubmitError::TooSmall {
            name: "heap_memory_max_mb",
            value,
            least: HEAP_MB_LEAST,
        });
    }
    if let Some(value) = request.timeout.filter(|wall| *wall < TIMEOUT_LEAST) {
        let value = u64::try_from(value.as_millis()).unwrap_or(u64::MAX);
        return Err(SubmitError::TooSmall { name: "execution timeout (ms)", value, least: 100 });
    }
    let wall = request.timeout.unwrap_or(own.execution_timeout).min(own.max_execution_timeout);
    let asked = request.heap_mb.map(|mb| mb.saturating_mul(1 << 20));
    Ok(Limits {
        wall,
        cpu: own.cpu,
        heap_bytes: asked.unwrap_or(own.heap_bytes).min(own.heap_bytes),
        buffer_bytes: own.buffer_bytes,
        output_bytes: own.output_bytes,
        artifact_bytes: own.artifact_bytes,
        artifacts_bytes: own.artifacts_bytes,
        artifacts: own.artifacts,
        result_bytes: own.result_bytes,
        source_bytes: own.source_bytes,
        checkpoint_bytes: settings.storage.max_checkpoint_bytes,
        save: settings.sessions.save_timeout,
    })
}

/// The limits of a run that asks for none: what a checkpoint between runs is taken with.
pub fn standard(settings: &Settings) -> Limits {
    let request = Request { source: "0".into(), ..Request::default() };
    limits(settings, &request).expect("a request that asks for nothing is within every limit")
}

/// The session of a run; `None` for a fresh isolate.
///
/// # Errors
/// [`SubmitError::Stateless`] when a session is named on a server that has none.
pub fn session(settings: &Settings, request: &Request) -> Result<Option<SessionName>, SubmitError> {
    match (settings.sessions.enabled, &request.target) {
        (_, Target::Fresh) | (false, Target::Default) => Ok(None),
        (false, Target::Session(_)) => Err(SubmitError::Stateless),
        (true, Target::Session(name)) => Ok(Some(name.clone())),
        // A heap that was asked for without a session is continued outside of every session.
        (true, Target::Default) if request.heap.is_some() => Ok(None),
        // The settings crate has validated the name by the same rule.
        (true, Target::Default) => Ok(settings.sessions.default.parse().ok()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> Settings {
        let flags = vec![("storage.kind".to_owned(), "none".into())];
        mcp_v8_settings::load(&mcp_v8_settings::Sources { flags, ..Default::default() })
            .expect("defaults load")
    }

    fn asked(timeout: Option<u64>, heap_mb: Option<u64>) -> Result<Limits, SubmitError> {
        let timeout = timeout.map(Duration::from_secs);
        limits(&settings(), &Request { source: "1".into(), timeout, heap_mb, ..Default::default() })
    }

    #[test]
    fn what_is_asked_for_is_clamped_to_what_the_operator_allows() {
        let own = settings().limits;
        let most = asked(Some(1_000_000), Some(u64::MAX)).expect("clamped");
        assert_eq!((most.wall, most.heap_bytes), (own.max_execution_timeout, own.heap_bytes));
        let less = asked(Some(1), Some(32)).expect("granted");
        assert_eq!((less.wall, less.heap_bytes), (Duration::from_secs(1), 32 << 20));
        let none = asked(None, None).expect("defaults");
        assert_eq!((none.wall, none.heap_bytes), (own.execution_timeout, own.heap_bytes));
    }

    #[test]
    fn what_cannot_work_is_refused_by_name() {
        assert!(matches!(
            asked(None, Some(1)),
            Err(SubmitError::TooSmall { name: "heap_memory_max_mb", .. })
        ));
        assert!(matches!(asked(Some(0), None), Err(SubmitError::TooSmall { .. })));
        let large = Request { source: "x".repeat(3 << 20), ..Default::default() };
        assert!(matches!(limits(&settings(), &large), Err(SubmitError::SourceTooLarge { .. })));
        assert!(matches!(limits(&settings(), &Request::default()), Err(SubmitError::SourceEmpty)));
    }
}
