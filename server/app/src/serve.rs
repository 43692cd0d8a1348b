//! The server: wires settings, storage, workers, executions and surfaces, and ends them in order.

mod http;
mod workers;

use crate::flags::ServerFlags;
use crate::hosts::Effects;
use crate::signals::Signals;
use crate::{exit, limits, metrics, policy, sockets, state, systemd, telemetry, wasm};
use anyhow::Context;
use mcp_v8_auth::Authenticator;
use mcp_v8_executions::{Hosts, Service};
use mcp_v8_mcp::{Server, serve_stdio};
use mcp_v8_settings::{Location, Settings};
use mcp_v8_storage::Store;
use mcp_v8_wasm::Stub;
use mcp_v8_workers::Pool;
use std::net::TcpListener;
use std::process::ExitCode;
use std::sync::Arc;
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Runs the server until a signal, or until the client closes stdin.
pub fn run(flags: &ServerFlags) -> anyhow::Result<ExitCode> {
    if flags.print_openapi {
        use std::io::Write;
        writeln!(std::io::stdout(), "{}", mcp_v8_http::openapi())?;
        return Ok(ExitCode::SUCCESS);
    }
    let settings = match mcp_v8_settings::load(&flags.sources()?) {
        Ok(settings) => Arc::new(settings),
        Err(diagnostics) => {
            eprintln!("{diagnostics}");
            return Ok(exit::CONFIG.into());
        }
    };
    let passed = sockets::take()?;
    anyhow::ensure!(
        passed.is_empty() || settings.transport.http.is_some(),
        "the service manager passed {} listening sockets, and there is no [transport.http] to serve on them",
        passed.len()
    );
    telemetry::start(&settings.log)?;
    let Some(policies) = policy::load(&settings) else { return Ok(exit::CONFIG.into()) };
    let Some(modules) = wasm::load(&settings) else { return Ok(exit::CONFIG.into()) };
    let stubs = wasm::stubs(&settings, &modules);
    let effects = match Effects::new(&settings, policies, modules) {
        Ok(effects) => effects,
        // A root that is not there, or reaches what is the server's own.
        Err(error) if error.is::<mcp_v8_host::files::OpenError>() => {
            eprintln!("{error}");
            return Ok(exit::CONFIG.into());
        }
        Err(error) => return Err(error),
    };
    let reload = Reload { flags: flags.clone(), effects };
    limits::raise_descriptors();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("starting the runtime")?;
    runtime.block_on(serve(settings, passed, reload, stubs))?;
    // A read of stdin may hang in a thread of its own: nothing waits for it.
    runtime.shutdown_background();
    Ok(ExitCode::SUCCESS)
}

async fn serve(
    settings: Arc<Settings>,
    passed: Vec<TcpListener>,
    reload: Reload,
    stubs: Vec<Stub>,
) -> anyhow::Result<()> {
    let mut signals = Signals::listen().context("installing signal handlers")?;
    let auth = authenticator(&settings).await?;
    let engine = state::engine();
    let store = Store::open(&location(&settings))?;
    let pool = Pool::start(workers::config(&settings)?).await?;
    workers::log(&pool);
    let checkpoints = state::checkpoints(&settings, &store, engine).await?;
    let effects = reload.effects.clone();
    let hosts = effects.clone().map(|effects| effects as Arc<dyn Hosts>);
    let service = Service::start(settings.clone(), pool, store.clone(), checkpoints, hosts);
    let counters = metrics::counters(service.clone(), reload.effects.clone(), VERSION);
    tokio::spawn(reload.on_hangup().context("installing signal handlers")?);
    let server = Server::new(service.clone(), VERSION, stubs);
    let shutdown = CancellationToken::new();
    let http = match &settings.transport.http {
        Some(http) => {
            let (listeners, http) = http::listen(http, passed, auth.is_some()).await?;
            let ways = http::Ways { auth, server: server.clone(), counters: counters.clone() };
            Some(http::start(listeners, http, ways, &service, &shutdown))
        }
        None => None,
    };
    if let Some(own) = &settings.metrics {
        http::monitoring(own, counters, &shutdown).await?;
    }
    let stdio = settings
        .transport
        .stdio
        .enabled
        .then(|| tokio::spawn(serve_stdio(server, shutdown.child_token())));
    systemd::ready("serving");
    systemd::watch();
    tracing::info!(version = VERSION, "ready");
    until_end(&mut signals, stdio, http.is_some()).await?;
    systemd::stopping();
    tracing::info!(grace = ?settings.server.drain, "draining");
    tokio::select! {
        () = end(&service, &shutdown, http, &settings) => {}
        () = signals.received() => tracing::warn!("second signal: ending at once"),
    }
    if let Some(effects) = effects {
        effects.close().await;
    }
    store.close().await;
    Ok(())
}

/// Tells the callers of the listener apart; `None` where everybody is the local one.
async fn authenticator(settings: &Settings) -> anyhow::Result<Option<Authenticator>> {
    match (&settings.auth, &settings.transport.http) {
        (Some(auth), Some(_)) => Ok(Some(Authenticator::start(auth).await?)),
        _ => Ok(None),
    }
}

/// What SIGHUP does: policies are read again.
struct Reload {
    flags: ServerFlags,
    effects: Option<Arc<Effects>>,
}

impl Reload {
    /// Listens from now on, even where there is nothing to read again: the signal must not end the server.
    fn on_hangup(self) -> std::io::Result<impl Future<Output = ()>> {
        let mut hangup = signal(SignalKind::hangup())?;
        Ok(async move {
            let reload = Arc::new(self);
            while hangup.recv().await.is_some() {
                let reload = reload.clone();
                // It reads files.
                let _ = tokio::task::spawn_blocking(move || reload.now()).await;
            }
        })
    }

    fn now(&self) {
        let Some(effects) = &self.effects else {
            tracing::warn!("there are no policies to reload: [policies] needs a restart");
            return;
        };
        match self.flags.sources().map(|sources| mcp_v8_settings::load(&sources)) {
            Ok(Ok(settings)) => effects.reload(&settings),
            Ok(Err(diagnostics)) => {
                tracing::error!(%diagnostics, "the configuration is refused; the policies in force stay");
            }
            Err(error) => tracing::error!(%error, "the configuration cannot be read"),
        }
    }
}

/// Waits for a signal, or for the client of a server that has only this one.
async fn until_end(
    signals: &mut Signals,
    stdio: Option<JoinHandle<Result<(), mcp_v8_mcp::StdioError>>>,
    has_http: bool,
) -> anyhow::Result<()> {
    let client = async {
        match stdio {
            Some(task) => {
                task.await.context("serving stdio")??;
                if has_http { std::future::pending().await } else { Ok(()) }
            }
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        () = signals.received() => Ok(()),
        ended = client => ended,
    }
}

/// Refuses new work, lets old work end, closes connections.
async fn end(
    service: &Service,
    shutdown: &CancellationToken,
    http: Option<JoinHandle<()>>,
    settings: &Settings,
) {
    service.drain(settings.server.drain).await;
    shutdown.cancel();
    if let Some(task) = http {
        let _ = tokio::time::timeout(std::time::Duration::from_secs(5), task).await;
    }
}

/// Where the database is.
pub fn location(settings: &Settings) -> mcp_v8_storage::Location {
    match &settings.storage.location {
        Location::Memory => mcp_v8_storage::Location::Memory,
        Location::Directory(path) => mcp_v8_storage::Location::Dir(path.clone()),
    }
}
