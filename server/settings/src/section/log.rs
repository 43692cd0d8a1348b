//! `[log]`: what the server says about itself. Not the console of scripts, which is output.

use crate::problem::Problem;
use crate::resolver::Resolver;
use crate::suggestion;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Levels of `tracing`, and none at all.
const LEVELS: [&str; 6] = ["error", "warn", "info", "debug", "trace", "off"];

#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct LogTable {
    /// error, warn, info, debug, trace or off; or directives by module, separated by commas, in the form of
    /// tracing-subscriber's EnvFilter (mcp_v8=debug,warn). info: starts, ends and refusals, and never script text.
    level: String,
    /// Form of a line, written to standard error. "auto": journald where systemd connected it, text on a terminal,
    /// json elsewhere. "journald", "json", "text": always that one.
    format: LogFormat,
}

/// Form of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// By where standard error leads.
    Auto,
    /// Structured fields to systemd's journal.
    Journald,
    /// One JSON object per line.
    Json,
    /// For people.
    Text,
}

impl Default for LogTable {
    fn default() -> Self {
        Self { level: "info".to_owned(), format: LogFormat::Auto }
    }
}

/// What the server says about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Log {
    /// For `EnvFilter`: a level, or directives.
    pub level: String,
    pub format: LogFormat,
}

impl LogTable {
    pub(crate) fn resolve(self, resolver: &mut Resolver<'_>) -> Log {
        if let Some(level) = directives(&self.level).into_iter().find_map(bad_level) {
            let meant = suggestion::nearest(level, LEVELS);
            resolver.refuse("log.level", Problem::LogLevel { meant });
        }
        Log { level: self.level, format: self.format }
    }
}

/// The parts between commas, except those within brackets, which belong to the fields of a span.
fn directives(text: &str) -> Vec<&str> {
    let mut depth = 0_usize;
    let outside = move |c: char| {
        match c {
            '[' | '{' => depth += 1,
            ']' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == ',' && depth == 0
    };
    text.split(outside).map(str::trim).collect()
}

/// The level of a directive that is none. A lone word must be one, although `EnvFilter` takes any word as a module:
/// there `inof` would switch the log off.
fn bad_level(directive: &str) -> Option<&str> {
    let after_fields = directive.rfind(']').map_or(0, |at| at + 1);
    let level = match directive[after_fields..].rsplit_once('=') {
        Some((_, level)) => level,
        None => directive,
    };
    let known = LEVELS.iter().any(|known| known.eq_ignore_ascii_case(level));
    (!known).then_some(level)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good(text: &str) -> bool {
        directives(text).into_iter().all(|directive| bad_level(directive).is_none())
    }

    #[test]
    fn a_level_or_directives_are_accepted_and_a_typo_is_not() {
        for text in ["info", "WARN", "off", "mcp_v8=debug,warn", "a[run{id=1,x=2}]=trace, info"] {
            assert!(good(text), "{text}");
        }
        for text in ["", "inof", "info,", "mcp_v8=loud", "mcp_v8", "=", "a[b]"] {
            assert!(!good(text), "{text}");
        }
    }
}
