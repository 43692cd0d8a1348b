//! Where settings come from. Not how they are read: that is `layer`.

use std::fmt;
use std::path::PathBuf;

/// Everything [`crate::load`] reads. A flag wins over a variable, a variable over the file, the file over a default.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// The TOML file. `None`: defaults, variables and flags only.
    pub file: Option<PathBuf>,
    /// The environment of the process. Read are `MCP_V8__SECTION__KEY`, and for the default of `storage.path`
    /// `STATE_DIRECTORY`, `XDG_STATE_HOME` and `HOME`.
    pub env: Vec<(String, String)>,
    /// Command line flags, as dotted keys (`transport.http.listen`) with JSON values; the last of equal keys wins.
    pub flags: Vec<(String, serde_json::Value)>,
}

/// The origin of one value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    File(PathBuf),
    /// The name of an environment variable.
    Environment(String),
    /// The dotted key a flag sets.
    Flag(String),
    /// Nobody set it.
    Default,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::File(path) => write!(f, "{}", path.display()),
            Source::Environment(name) => write!(f, "environment variable {}", name.escape_debug()),
            Source::Flag(_) => f.write_str("command line"),
            Source::Default => f.write_str("default"),
        }
    }
}
