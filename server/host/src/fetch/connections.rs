//! The effect itself: one HTTP request over a connection to an address that was judged. Not the redirects.
//!
//! A run has connections of its own, so that no run and no tenant rides on another's.

use super::error::chain;
use super::floor::{Floor, Forbidden};
use super::inject::Injected;
use super::request::value_of;
use super::resolver::fits;
use http::header::{HeaderMap, HeaderName};
use mcp_v8_policy::{Allowed, FetchRequest, ModuleRequest, Target};
use mcp_v8_settings::Fetch;
use reqwest::Client;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use url::Url;

/// Origins of a run that keep idle connections, connections of each, and how long they are kept.
const ORIGINS: usize = 16;
const IDLE_CONNECTIONS: usize = 4;
const IDLE: Duration = Duration::from_secs(10);

/// Dials for one run. Dropping it closes every idle connection.
pub struct Connections {
    settings: Arc<Fetch>,
    floor: Floor,
    tls: rustls::ClientConfig,
    clients: Mutex<Vec<(Key, Client)>>,
}

/// Origin and judged addresses: a connection is used again only for the same of both.
type Key = (String, Vec<IpAddr>);

/// Why a request that was allowed was not answered.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The addresses of the request are not those of its URL: a fault of the program, found before anything is sent.
    #[error("the address to dial was not judged")]
    NotJudged,
    #[error("the request is not valid")]
    Invalid,
    #[error("the network failed: {0}")]
    Network(String),
}

impl Connections {
    pub(super) fn new(settings: Arc<Fetch>, floor: Floor, tls: rustls::ClientConfig) -> Self {
        Self { settings, floor, tls, clients: Mutex::default() }
    }

    /// Sends one request, exactly the one that was allowed, to one of its addresses, with the operator's headers.
    /// A redirect is an answer like any other.
    ///
    /// Without a decision there is no way in:
    /// ```compile_fail,E0308
    /// use mcp_v8_host::fetch::{Connections, Injected};
    /// async fn undecided(connections: &Connections, request: mcp_v8_policy::FetchRequest) {
    ///     let _ = connections.send(request, &Injected::default(), None).await;
    /// }
    /// ```
    /// while with one it compiles:
    /// ```
    /// use mcp_v8_host::fetch::{Connections, Injected};
    /// use mcp_v8_policy::{Allowed, FetchRequest};
    /// async fn decided(connections: &Connections, request: Allowed<FetchRequest>) {
    ///     let _ = connections.send(request, &Injected::default(), None).await;
    /// }
    /// ```
    ///
    /// # Errors
    /// [`SendError`]; nothing was sent for the first three.
    pub async fn send(
        &self,
        request: Allowed<FetchRequest>,
        injected: &Injected,
        body: Option<reqwest::Body>,
    ) -> Result<reqwest::Response, SendError> {
        let request = request.into_inner();
        let method = request.method.parse().map_err(|_| SendError::Invalid)?;
        let fields = fields(&request, injected)?;
        let redacted = |text: &str| injected.redacted(text);
        self.dial(&request.target, &request.resolved_addresses, redacted, |client, url| {
            let outgoing = client.request(method, url).headers(fields);
            match body {
                Some(body) => outgoing.body(body),
                None => outgoing,
            }
        })
        .await
    }

    /// Asks for one module, or for where it is. A redirect is an answer like any other.
    ///
    /// Without a decision there is no way in:
    /// ```compile_fail,E0308
    /// use mcp_v8_host::fetch::Connections;
    /// async fn undecided(connections: &Connections, request: mcp_v8_policy::ModuleRequest) {
    ///     let _ = connections.get_module(request).await;
    /// }
    /// ```
    ///
    /// # Errors
    /// As [`Connections::send`].
    pub async fn get_module(
        &self,
        request: Allowed<ModuleRequest>,
    ) -> Result<reqwest::Response, SendError> {
        let ModuleRequest { target, resolved_addresses, .. } = request.into_inner();
        let plain = |text: &str| text.to_owned();
        self.dial(&target, &resolved_addresses, plain, |client, url| client.get(url)).await
    }

    /// Sends what `make` makes to one of these addresses, which were judged, and to no other.
    async fn dial(
        &self,
        target: &Target,
        addresses: &[IpAddr],
        redacted: impl Fn(&str) -> String,
        make: impl FnOnce(&Client, Url) -> reqwest::RequestBuilder,
    ) -> Result<reqwest::Response, SendError> {
        // The floor stands here as well: whatever comes this way, and by whatever decision, does not get beneath it.
        self.floor.judge(addresses)?;
        let client = self.client(target.url(), addresses)?;
        let network = |error| SendError::Network(redacted(&chain(error)));
        let response = make(&client, target.url().clone()).send().await.map_err(network)?;
        let dialled = response.remote_addr().map(|address| address.ip().to_canonical());
        match dialled.is_some_and(|address| addresses.contains(&address)) {
            true => Ok(response),
            false => Err(SendError::NotJudged),
        }
    }

    /// A client that can reach these addresses of this URL and nothing else.
    fn client(&self, url: &Url, addresses: &[IpAddr]) -> Result<Client, SendError> {
        if !fits(url, addresses) {
            return Err(SendError::NotJudged);
        }
        let key = (url.origin().ascii_serialization(), addresses.to_vec());
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, client)) = clients.iter().find(|(known, _)| *known == key) {
            return Ok(client.clone());
        }
        let pinned = Pinned {
            host: url.host_str().unwrap_or_default().to_owned(),
            addresses: addresses.to_vec(),
        };
        let client = self.dialler(pinned)?;
        if clients.len() >= ORIGINS {
            clients.remove(0);
        }
        clients.push((key, client.clone()));
        Ok(client)
    }

    fn dialler(&self, pinned: Pinned) -> Result<Client, SendError> {
        Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .dns_resolver(Arc::new(pinned))
            .tls_backend_preconfigured(self.tls.clone())
            .user_agent(&self.settings.user_agent)
            .connect_timeout(self.settings.connect_timeout)
            .pool_max_idle_per_host(IDLE_CONNECTIONS)
            .pool_idle_timeout(IDLE)
            .http1_max_headers(self.settings.max_headers)
            .http2_max_header_list_size(self.settings.max_header_bytes as u32)
            .build()
            .map_err(|error| SendError::Network(chain(error)))
    }
}

/// Headers in order; of a name that the operator sets, the operator's alone.
fn fields(request: &FetchRequest, injected: &Injected) -> Result<HeaderMap, SendError> {
    let mut fields = HeaderMap::new();
    for (name, value) in request.headers.iter() {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| SendError::Invalid)?;
        fields.append(name, value_of(value).ok_or(SendError::Invalid)?);
    }
    for (name, value) in injected.fields() {
        fields.insert(name.clone(), value.clone());
    }
    Ok(fields)
}

/// Knows one name, and asks nobody.
#[derive(Debug)]
struct Pinned {
    host: String,
    addresses: Vec<IpAddr>,
}

#[derive(Debug, thiserror::Error)]
#[error("this name was not judged")]
struct OtherName;

impl Resolve for Pinned {
    fn resolve(&self, name: Name) -> Resolving {
        let answer = match name.as_str() == self.host {
            true => {
                // The port is the URL's.
                let addresses = self.addresses.clone().into_iter();
                Ok(Box::new(addresses.map(|address| SocketAddr::new(address, 0))) as Addrs)
            }
            false => Err(OtherName.into()),
        };
        Box::pin(std::future::ready(answer))
    }
}
