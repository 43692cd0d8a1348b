//! `[transport]`: which ways in are open. Not the HTTP listener's own keys: those are in `http`.

use super::http::{Http, HttpTable};
use crate::key::Key;
use crate::problem::Problem;
use crate::resolver::Resolver;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[derive(Default, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct TransportTable {
    /// MCP over standard input and output, for a client that starts the server itself.
    stdio: StdioTable,
    /// MCP (Streamable HTTP at /mcp) and REST on one port. The listener exists exactly when this section does.
    pub(crate) http: Option<HttpTable>,
}

#[derive(Default, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct StdioTable {
    /// Whether to serve standard input and output. Left out: true exactly when there is no [transport.http], because
    /// a service has nobody at its standard input.
    #[schemars(example = true)]
    enabled: Option<bool>,
}

/// The ways in; at least one is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transport {
    pub stdio: Stdio,
    /// `None`: no listener.
    pub http: Option<Http>,
}

/// Standard input and output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stdio {
    pub enabled: bool,
}

impl TransportTable {
    /// `auth`: whether callers prove who they are.
    pub(crate) fn resolve(self, auth: bool, resolver: &mut Resolver<'_>) -> Transport {
        let http = self.http.map(|http| http.resolve(auth, resolver));
        let enabled = self.stdio.enabled.unwrap_or(http.is_none());
        if !enabled && http.is_none() {
            let keys = [Key::from("transport.stdio.enabled"), Key::from("transport.http")];
            resolver.refuse_any(&keys, Problem::NoTransport);
        }
        Transport { stdio: Stdio { enabled }, http }
    }
}
