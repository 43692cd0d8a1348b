//! The sections of the file, one module each: the table as written, its defaults, its rules, and what it resolves to.

pub(crate) mod auth;
pub(crate) mod fetch;
pub(crate) mod filesystem;
pub(crate) mod http;
pub(crate) mod limits;
pub(crate) mod log;
pub(crate) mod metrics;
pub(crate) mod modules;
pub(crate) mod policies;
pub(crate) mod quotas;
pub(crate) mod server;
pub(crate) mod sessions;
pub(crate) mod storage;
pub(crate) mod subprocess;
pub(crate) mod transport;
pub(crate) mod upstream;
pub(crate) mod url;
pub(crate) mod wasm;
pub(crate) mod websocket;
pub(crate) mod workers;

use crate::resolver::Resolver;
use crate::section::storage::Location;
use crate::settings::Settings;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Every key of mcp-v8's one configuration file. A key that is left out has its default; an empty file is complete.
#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Document {
    /// Version of this file's format. 1: the only one so far. It may be left out; it is there so that a later format
    /// can be told from this one.
    pub(crate) version: u32,
    /// How the server presents itself to clients and models.
    pub(crate) server: server::ServerTable,
    /// How clients reach the server.
    pub(crate) transport: transport::TransportTable,
    /// Who may use the listener of [transport.http]: bearer tokens of an issuer (JWT), or tokens listed here. Without this
    /// section everybody who reaches the listener is the same caller. Standard input and output need no token.
    pub(crate) auth: Option<auth::AuthTable>,
    /// Where executions, their output and the state of sessions are kept, and for how long.
    pub(crate) storage: storage::StorageTable,
    /// What one run may use, and how many may wait.
    pub(crate) limits: limits::LimitsTable,
    /// What one tenant may use of the server, where [auth] tells tenants apart. Without [auth] there is one tenant, and
    /// only the limits of the server hold.
    pub(crate) quotas: quotas::QuotasTable,
    /// The processes that run JavaScript.
    pub(crate) workers: workers::WorkersTable,
    /// Named sessions, in which top-level variables stay from run to run.
    pub(crate) sessions: sessions::SessionsTable,
    /// What scripts may do beyond computing. A capability without a section here does not exist for scripts.
    pub(crate) policies: policies::PoliciesTable,
    /// HTTP requests of scripts: how far they reach and what they may take. Scripts have them under [policies.fetch].
    pub(crate) fetch: fetch::FetchTable,
    /// WebSocket connections of scripts: what they may take. Scripts have them under [policies.websocket]; how far they
    /// reach is fetch.allow_cidrs.
    pub(crate) websocket: websocket::WebSocketTable,
    /// Modules that scripts import. Scripts have them under [policies.modules]; how far they reach is fetch.allow_cidrs.
    pub(crate) modules: modules::ModulesTable,
    /// WebAssembly modules of this machine, by name: letters, digits and _. Scripts have each as the global
    /// __wasm_<name>, and clients see it as a tool that says how to call it (server.wasm_stubs).
    #[schemars(default)]
    pub(crate) wasm: BTreeMap<String, wasm::WasmTable>,
    /// Other MCP servers, by name: letters, digits, _ and -. Scripts call their tools under [policies.mcp_tools]. Each is
    /// started or connected to when it is first used.
    #[schemars(default)]
    pub(crate) upstream: BTreeMap<String, upstream::UpstreamTable>,
    /// What the server says about itself.
    pub(crate) log: log::LogTable,
    /// Who may read the server's counters (OpenMetrics text, for Prometheus).
    pub(crate) metrics: metrics::MetricsTable,
}

impl Default for Document {
    fn default() -> Self {
        Self {
            version: 1,
            server: Default::default(),
            transport: Default::default(),
            auth: None,
            storage: Default::default(),
            limits: Default::default(),
            quotas: Default::default(),
            workers: Default::default(),
            sessions: Default::default(),
            policies: Default::default(),
            fetch: Default::default(),
            websocket: Default::default(),
            modules: Default::default(),
            wasm: Default::default(),
            upstream: Default::default(),
            log: Default::default(),
            metrics: Default::default(),
        }
    }
}

/// Settings out of a document. Whatever contradicts is reported to `resolver`; the result counts only when nothing is.
pub(crate) fn resolve(document: Document, resolver: &mut Resolver<'_>) -> Settings {
    if let Some(http) = &document.transport.http {
        // Even a script without a character to escape must fit into the request that carries it.
        resolver.at_most(document.limits.source(), http.body());
    }
    let storage = document.storage.resolve(resolver);
    let (policies, beside) = document.policies.resolve(resolver);
    let fetch = document.fetch.resolve(policies.fetch.is_some(), resolver);
    let auth = document.auth.map(|auth| auth.resolve(resolver));
    let workers = document.workers.resolve(&document.limits, resolver);
    let quotas = auth.is_some().then(|| document.quotas.resolve(workers.concurrent_runs, resolver));
    let home = match &storage.location {
        Location::Memory => None,
        Location::Directory(path) => Some(path.as_path()),
    };
    let modules = document.modules.resolve(home, resolver);
    let upstream = upstream::resolve(document.upstream, resolver);
    let wasm = wasm::resolve(document.wasm, resolver);
    let kept = filesystem::Kept {
        fetch: &fetch,
        modules: &modules,
        auth: auth.as_ref(),
        wasm: &wasm,
        upstream: &upstream,
    };
    let guarded = filesystem::guarded(&storage, &policies, kept, resolver);
    let files = beside.filesystem.map(|table| table.resolve(guarded.clone(), resolver));
    let subprocess = beside.subprocess.map(|table| table.resolve(&guarded, resolver));
    Settings {
        quotas,
        workers,
        server: document.server.resolve(resolver),
        transport: document.transport.resolve(auth.is_some(), resolver),
        auth,
        storage,
        limits: document.limits.resolve(resolver),
        sessions: document.sessions.resolve(resolver),
        fetch,
        websocket: document.websocket.resolve(),
        policies,
        files,
        modules,
        wasm,
        upstream,
        subprocess,
        log: document.log.resolve(resolver),
        metrics: document.metrics.resolve(resolver),
    }
}
