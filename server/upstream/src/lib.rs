//! Other MCP servers, from the client's side: started or connected to at the first use, watched, bounded, and ended.
//!
//! Whatever such a server says is material of a stranger: names, descriptions, schemas and results are bounded and checked
//! here, and none of its requests is granted. Whether a script may call a tool is the policy's (`host`), what a script sees
//! of a result is the engine's, and no token of a client of ours ever gets here.
#![forbid(unsafe_code)]

mod backoff;
mod catalog;
mod connections;
mod declarations;
mod error;
mod http;
mod identifier;
mod lines;
mod link;
mod listener;
mod nearest;
mod observed;
mod program;
mod redactor;
mod search;
mod secrets;
mod server;
mod typescript;
mod watched;

pub use catalog::{Catalog, Tool};
pub use connections::{CallResult, Connections};
pub use declarations::{declaration, module};
pub use error::{StartError, UpstreamError};
pub use identifier::identifiers;
pub use observed::{Observations, Observed};
pub use search::{Found, search};
pub use secrets::{SecretError, Secrets};
pub use server::ServerState;
