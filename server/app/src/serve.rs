//! The server: wires settings, storage, workers, executions and surfaces, and ends them in order.

use crate::flags::ServerFlags;
use crate::signals::Signals;
use crate::{exit, limits, state, systemd, telemetry};
use anyhow::Context;
use mcp_v8_executions::Service;
use mcp_v8_mcp::{Server, StreamableConfig, serve_stdio, streamable};
use mcp_v8_settings::{Http, Jail, Location, Settings};
use mcp_v8_storage::Store;
use mcp_v8_workers::{JailMode, Pool, PoolConfig, WorkerBinary};
use std::process::ExitCode;
use std::sync::Arc;
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
    telemetry::start(&settings.log)?;
    limits::raise_descriptors();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("starting the runtime")?;
    runtime.block_on(serve(settings))?;
    // A read of stdin may hang in a thread of its own: nothing waits for it.
    runtime.shutdown_background();
    Ok(ExitCode::SUCCESS)
}

async fn serve(settings: Arc<Settings>) -> anyhow::Result<()> {
    let mut signals = Signals::listen().context("installing signal handlers")?;
    let engine = state::engine();
    let store = Store::open(&location(&settings))?;
    let pool = Pool::start(pool_config(&settings)?).await?;
    for missing in pool.jail_missing() {
        tracing::warn!(%missing, "the jail of the workers is incomplete");
    }
    let checkpoints = state::checkpoints(&settings, &store, engine).await?;
    let service = Service::start(settings.clone(), pool, store.clone(), checkpoints);
    let server = Server::new(service.clone(), VERSION);
    let shutdown = CancellationToken::new();
    let http = match &settings.transport.http {
        Some(http) => Some(serve_http(http, &settings, &service, server.clone(), &shutdown).await?),
        None => None,
    };
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
    store.close().await;
    Ok(())
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

async fn serve_http(
    http: &Http,
    settings: &Settings,
    service: &Service,
    server: Server,
    shutdown: &CancellationToken,
) -> anyhow::Result<JoinHandle<()>> {
    let listeners = mcp_v8_http::bind(&http.listen).await?;
    for listener in &listeners {
        eprintln!("mcp-v8: listening on http://{}", listener.local_addr()?);
    }
    let config = StreamableConfig {
        max_sessions: http.max_sessions,
        session_idle: http.session_idle,
        longest_run: settings.limits.max_execution_timeout,
        max_body_bytes: http.max_body_bytes,
        shutdown: shutdown.child_token(),
    };
    let parts = mcp_v8_http::Parts {
        service: service.clone(),
        http: http.clone(),
        mcp: mcp_v8_http::mount(streamable(server, config)),
        version: VERSION,
    };
    let router = mcp_v8_http::router(parts);
    let (http, shutdown) = (http.clone(), shutdown.child_token());
    Ok(tokio::spawn(async move { mcp_v8_http::serve(listeners, router, &http, shutdown).await }))
}

fn location(settings: &Settings) -> mcp_v8_storage::Location {
    match &settings.storage.location {
        Location::Memory => mcp_v8_storage::Location::Memory,
        Location::Directory(path) => mcp_v8_storage::Location::Dir(path.clone()),
    }
}

fn pool_config(settings: &Settings) -> anyhow::Result<PoolConfig> {
    let workers = &settings.workers;
    let jail = match workers.jail {
        Jail::Auto => JailMode::Auto,
        Jail::Required => JailMode::Required,
        Jail::Off => JailMode::Off,
    };
    Ok(PoolConfig {
        binary: WorkerBinary {
            program: WorkerBinary::current_program().context("finding this program's own file")?,
            heap_bytes: settings.limits.heap_bytes,
            buffer_bytes: settings.limits.buffer_bytes,
            data_bytes: workers.memory_bytes,
            jail,
        },
        ready: workers.ready,
        max: workers.max,
        runs_per_worker: workers.runs_per_worker,
        start_timeout: workers.start_timeout,
        terminate_grace: workers.terminate_grace,
    })
}
