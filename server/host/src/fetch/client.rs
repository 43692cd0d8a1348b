//! What all runs of a server share: settings, policy gate, resolver, TLS, the operator's headers. Not connections.

use super::connections::Connections;
use super::floor::{Floor, Forbidden};
use super::inject::Rules;
use super::resolver::{self, Resolve};
use super::run::FetchRun;
use mcp_v8_policy::{Context, Gate};
use mcp_v8_sandbox::{Code, host_call::Caller};
use mcp_v8_settings::Fetch;
use rustls::ClientConfig;
use rustls_platform_verifier::BuilderVerifierExt;
use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use url::Url;

/// One per server. Settings that change need a new one; runs go on with the one they started with.
pub struct FetchClient {
    pub(super) settings: Arc<Fetch>,
    pub(super) gate: Arc<Gate>,
    pub(super) resolver: Arc<dyn Resolve>,
    pub(super) rules: Rules,
    pub(super) floor: Floor,
    tls: ClientConfig,
}

/// Why there is no client.
#[derive(Debug, thiserror::Error)]
pub enum FetchClientError {
    #[error("TLS cannot be set up: {0}")]
    Tls(#[from] rustls::Error),
    #[error("an HTTP client cannot be made: {0}")]
    Http(String),
    #[error(
        "fetch.headers[{at}]: header {name} is not for the operator to set, or its origin is not one"
    )]
    Header { at: usize, name: String },
}

/// Why a host that is dialled beside fetch has no address to dial.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unreachable {
    #[error("{host}: {forbidden}")]
    Egress { host: String, forbidden: Forbidden },
    #[error("{host} cannot be looked up: {source}")]
    Lookup { host: String, source: io::Error },
}

impl Unreachable {
    pub(crate) fn code(&self) -> Option<Code> {
        match self {
            Self::Egress { .. } => Some(Code::DeniedEgress),
            Self::Lookup { .. } => None,
        }
    }
}

impl FetchClient {
    /// With the trust of the operating system. Reads its certificates: not for an async thread.
    ///
    /// # Errors
    /// [`FetchClientError`], with which the server does not start.
    pub fn new(
        settings: Fetch,
        gate: Arc<Gate>,
        resolver: Arc<dyn Resolve>,
    ) -> Result<Arc<Self>, FetchClientError> {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let tls = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_platform_verifier()?
            .with_no_client_auth();
        Self::with_tls(settings, gate, resolver, tls)
    }

    /// With a trust of its own.
    ///
    /// # Errors
    /// As [`FetchClient::new`].
    pub fn with_tls(
        settings: Fetch,
        gate: Arc<Gate>,
        resolver: Arc<dyn Resolve>,
        mut tls: ClientConfig,
    ) -> Result<Arc<Self>, FetchClientError> {
        tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        // A ticket would tell a server which runs are the same caller's.
        tls.resumption = rustls::client::Resumption::disabled();
        let token_client = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .tls_backend_preconfigured(tls.clone())
            .user_agent(&settings.user_agent)
            .connect_timeout(settings.connect_timeout)
            .timeout(settings.timeout)
            .pool_max_idle_per_host(0)
            .build()
            .map_err(|error| FetchClientError::Http(error.to_string()))?;
        Ok(Arc::new(Self {
            rules: Rules::new(&settings.headers, &token_client)?,
            floor: Floor::new(settings.allow_cidrs.clone()),
            settings: Arc::new(settings),
            gate,
            resolver,
            tls,
        }))
    }

    /// What answers the calls of one run.
    pub fn run(self: &Arc<Self>, caller: Caller) -> FetchRun {
        let context = Context::new(caller.principal, caller.execution, caller.session);
        FetchRun::new(self.clone(), context)
    }

    /// For what is dialled beside fetch, with the same floor.
    pub(crate) fn floor(&self) -> &Floor {
        &self.floor
    }

    /// The addresses of a URL's host, all of them above the floor, within the time limit of a look-up.
    pub(crate) async fn addresses(&self, url: &Url) -> Result<Vec<IpAddr>, Unreachable> {
        let host = || url.host_str().unwrap_or_default().to_owned();
        let looked_up = resolver::addresses(&*self.resolver, url);
        let ended = tokio::time::timeout(self.settings.connect_timeout, looked_up).await;
        let found = ended.unwrap_or_else(|_| {
            let why = "it took longer than fetch.connect_timeout_secs";
            Err(io::Error::new(io::ErrorKind::TimedOut, why))
        });
        let found = found.map_err(|source| Unreachable::Lookup { host: host(), source })?;
        let judged = self.floor.judge(&found);
        judged.map_err(|forbidden| Unreachable::Egress { host: host(), forbidden })?;
        Ok(found)
    }

    /// TLS for what is dialled beside fetch; its protocols (ALPN) are the caller's.
    pub(crate) fn tls(&self) -> ClientConfig {
        self.tls.clone()
    }

    pub(crate) fn user_agent(&self) -> &str {
        &self.settings.user_agent
    }

    pub(crate) fn connections(&self) -> Connections {
        Connections::new(self.settings.clone(), self.floor.clone(), self.tls.clone())
    }
}
