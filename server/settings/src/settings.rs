//! What the server runs with: every default filled in, every rule checked. Made only by [`load`].

use crate::check;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::flaws::Flaws;
use crate::key::Key;
use crate::layer::{self, Layer};
use crate::problem::Problem;
use crate::resolver::Resolver;
use crate::section::auth::Auth;
use crate::section::fetch::Fetch;
use crate::section::filesystem::Files;
use crate::section::http::Http;
use crate::section::limits::Limits;
use crate::section::log::Log;
use crate::section::modules::Modules;
use crate::section::policies::Policies;
use crate::section::quotas::Quotas;
use crate::section::server::Server;
use crate::section::sessions::Sessions;
use crate::section::storage::Storage;
use crate::section::subprocess::Subprocess;
use crate::section::transport::Transport;
use crate::section::upstream::Upstream;
use crate::section::wasm::WasmModule;
use crate::section::websocket::WebSockets;
use crate::section::workers::Workers;
use crate::section::{Document, resolve};
use crate::source::{Source, Sources};
use figment::Figment;

/// The settings of one server: checked numbers, [`std::time::Duration`] for times, bytes for sizes, absolute paths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    pub server: Server,
    pub transport: Transport,
    /// `None`: whoever reaches the listener is the local caller.
    pub auth: Option<Auth>,
    pub storage: Storage,
    pub limits: Limits,
    /// `None`: there is one tenant.
    pub quotas: Option<Quotas>,
    pub workers: Workers,
    pub sessions: Sessions,
    pub policies: Policies,
    pub fetch: Fetch,
    pub websocket: WebSockets,
    /// Roots and quotas of `[policies.filesystem]`; there exactly when its rules are.
    pub files: Option<Files>,
    pub modules: Modules,
    pub wasm: Vec<WasmModule>,
    /// In the order of their names.
    pub upstream: Vec<Upstream>,
    /// What stands in `[policies.subprocess]` beside its rules; there exactly when they are.
    pub subprocess: Option<Subprocess>,
    pub log: Log,
    /// A listener for `/metrics` alone; `None`: there is none.
    pub metrics: Option<Http>,
}

/// Reads every source and merges them: flag, then `MCP_V8__SECTION__KEY`, then file, then default.
///
/// # Errors
/// All problems of all sources at once. A file that cannot be read or is not TOML hides the contradictions, which
/// depend on what it says.
pub fn load(sources: &Sources) -> Result<Settings, Diagnostics> {
    let mut flaws = Flaws::default();
    let (mut layers, complete) = layer::collect(sources, &mut flaws);
    for layer in &mut layers {
        check::check(layer, &mut flaws);
    }
    if !complete {
        return Err(flaws.into_diagnostics());
    }
    let document = match merge(&layers) {
        Ok(document) => document,
        Err(list) => {
            list.into_iter().for_each(|diagnostic| flaws.report(diagnostic));
            return Err(flaws.into_diagnostics());
        }
    };
    let mut resolver = Resolver::new(&layers, &sources.env, flaws);
    let settings = resolve(document, &mut resolver);
    resolver.finish().unless_any(settings)
}

/// One document out of all layers. `check` has judged every value by the schema of the same types, so an error here
/// is a gap of the schema; it is reported like any other.
fn merge(layers: &[Layer]) -> Result<Document, Vec<Diagnostic>> {
    let figment = layers.iter().fold(Figment::new(), Figment::merge);
    figment.extract().map_err(|errors: figment::Error| {
        let diagnostic = |error: figment::Error| {
            let key = error.path.iter().fold(Key::default(), |key, name| key.child(name));
            let problem = Problem::Rejected(error.kind.to_string());
            match layers.iter().rev().find(|layer| layer.holds(&key)) {
                Some(layer) => layer.diagnostic(&key, problem),
                None => {
                    Diagnostic { source: Source::Default, place: None, key: Some(key), problem }
                }
            }
        };
        errors.into_iter().map(diagnostic).collect()
    })
}
