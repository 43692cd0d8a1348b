//! `[metrics]`: a listener for monitoring alone. What is measured, and the route beside the others, are not its business.

use super::http::{self, Http, HttpTable};
use crate::key::Key;
use crate::problem::Problem;
use crate::resolver::Resolver;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Connections at once: a handful of monitors.
const CONNECTIONS: usize = 16;

#[derive(Default, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct MetricsTable {
    /// Addresses on which GET /metrics, and nothing else, is answered without a token, IP and port, IPv6 in brackets.
    /// None: without [auth] the listener of [transport.http] has /metrics; with [auth] nobody reads it, because its
    /// numbers are of all tenants.
    #[schemars(example = ["127.0.0.1:9464"])]
    listen: Vec<String>,
    /// Further names that requests to these addresses may carry in Host. None: monitors name the address.
    allowed_hosts: Vec<String>,
    /// Allows addresses in listen that other machines reach. false: how busy a server is, and how many runs it refuses,
    /// is not everybody's business.
    allow_public: bool,
}

impl MetricsTable {
    /// The listener; `None` where there is no address.
    pub(crate) fn resolve(self, resolver: &mut Resolver<'_>) -> Option<Http> {
        let permission = Key::from("metrics.allow_public");
        let permission = (!self.allow_public).then_some(permission);
        let key = Key::from("metrics.listen");
        let public = Problem::PublicMetrics;
        let listen = http::addresses(&self.listen, &key, permission.as_ref(), public, resolver);
        let hosts = http::hosts(self.allowed_hosts, &Key::from("metrics.allowed_hosts"), resolver);
        let usual = HttpTable::default().resolve(true, resolver);
        let own = Http { listen, allowed_hosts: hosts, max_connections: CONNECTIONS, ..usual };
        (!own.listen.is_empty()).then_some(own)
    }
}
