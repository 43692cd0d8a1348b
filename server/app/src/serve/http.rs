//! The HTTP listener of the server, on sockets of its own or on those the service manager passed.

use super::VERSION;
use anyhow::Context;
use mcp_v8_auth::Authenticator;
use mcp_v8_executions::Service;
use mcp_v8_http::Counters;
use mcp_v8_mcp::{Server, StreamableConfig, streamable};
use mcp_v8_settings::Http;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Listens, and says where. With passed sockets `listen` of the configuration is not used.
pub async fn listen(
    configured: &Http,
    passed: Vec<std::net::TcpListener>,
    auth: bool,
) -> anyhow::Result<(Vec<TcpListener>, Http)> {
    let mut http = configured.clone();
    let listeners = if passed.is_empty() {
        mcp_v8_http::bind(&http.listen).await?
    } else {
        let listeners = mcp_v8_http::adopt(passed, auth || http.allow_public_without_auth)?;
        // Requests may carry the addresses that are really listened on in Host.
        http.listen =
            listeners.iter().map(TcpListener::local_addr).collect::<std::io::Result<_>>()?;
        listeners
    };
    for listener in &listeners {
        let address = listener.local_addr()?;
        eprintln!("mcp-v8: listening on http://{address}");
        match (address.ip().to_canonical().is_loopback(), auth) {
            (true, _) => {}
            (false, true) => {
                tracing::warn!(%address, "tokens cross the network in clear on this address: let a proxy with TLS stand in front of it")
            }
            (false, false) => {
                tracing::warn!(%address, "whoever reaches this address runs code: there is no [auth]")
            }
        }
    }
    Ok((listeners, http))
}

/// What the listener leads to, beside executions.
pub struct Ways {
    pub auth: Option<Authenticator>,
    pub server: Server,
    pub counters: Counters,
}

/// Listens for monitors, says where, and serves them in a task of its own until `shutdown`.
pub async fn monitoring(
    http: &Http,
    counters: Counters,
    shutdown: &CancellationToken,
) -> anyhow::Result<()> {
    let listeners = mcp_v8_http::bind(&http.listen).await.context("metrics.listen")?;
    let mut http = http.clone();
    http.listen = listeners.iter().map(TcpListener::local_addr).collect::<std::io::Result<_>>()?;
    for address in &http.listen {
        eprintln!("mcp-v8: metrics on http://{address}/metrics");
    }
    let router = mcp_v8_http::metrics_router(counters, &http);
    let shutdown = shutdown.child_token();
    tokio::spawn(async move { mcp_v8_http::serve(listeners, router, &http, shutdown).await });
    Ok(())
}

/// Serves in a task of its own until `shutdown`.
pub fn start(
    listeners: Vec<TcpListener>,
    http: Http,
    ways: Ways,
    service: &Service,
    shutdown: &CancellationToken,
) -> JoinHandle<()> {
    let Ways { auth, server, counters } = ways;
    let quotas = service.settings().quotas.as_ref();
    let config = StreamableConfig {
        max_sessions: http.max_sessions,
        max_sessions_per_tenant: quotas.map_or(http.max_sessions, |one| one.mcp_sessions),
        session_idle: http.session_idle,
        longest_run: service.settings().limits.max_execution_timeout,
        max_body_bytes: http.max_body_bytes,
        shutdown: shutdown.child_token(),
    };
    let parts = mcp_v8_http::Parts {
        service: service.clone(),
        auth,
        event_streams: quotas.map(|one| one.event_streams),
        http: http.clone(),
        mcp: mcp_v8_http::mount(streamable(server, config)),
        version: VERSION,
        counters: Some(counters),
    };
    let router = mcp_v8_http::router(parts);
    let shutdown = shutdown.child_token();
    tokio::spawn(async move { mcp_v8_http::serve(listeners, router, &http, shutdown).await })
}
