//! The accept loop: bounded connections, bounded headers, graceful end. HTTP/1.1 and HTTP/2 on one port.

use axum::Router;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use mcp_v8_settings::Http;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

/// How long open requests get to end once the server shuts down; executions have been drained before.
const CLOSE_GRACE: Duration = Duration::from_secs(3);

/// Longest pause after a failed accept (descriptors are used up): no spinning.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Header bytes of one request, and headers of one request.
const HEADER_BYTES_MAX: usize = 64 << 10;
const HEADERS_MAX: usize = 100;

/// Serves until `shutdown`, then lets open requests end for a short while.
pub async fn serve(
    listeners: Vec<TcpListener>,
    router: Router,
    http: &Http,
    shutdown: CancellationToken,
) {
    let places = Arc::new(Semaphore::new(http.max_connections));
    let builder = Arc::new(builder(http));
    let graceful = Arc::new(GracefulShutdown::new());
    let loops = listeners.into_iter().map(|listener| {
        let acceptor = Acceptor {
            listener,
            router: router.clone(),
            places: places.clone(),
            builder: builder.clone(),
            graceful: graceful.clone(),
            shutdown: shutdown.clone(),
        };
        tokio::spawn(acceptor.run())
    });
    for task in loops.collect::<Vec<_>>() {
        if let Err(error) = task.await {
            tracing::error!(%error, "an accept loop failed");
        }
    }
    if let Some(graceful) = Arc::into_inner(graceful) {
        let _ = tokio::time::timeout(CLOSE_GRACE, graceful.shutdown()).await;
    }
}

fn builder(http: &Http) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(http.header_timeout)
        .max_buf_size(HEADER_BYTES_MAX)
        .max_headers(HEADERS_MAX);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(http.idle_timeout)
        .keep_alive_timeout(http.header_timeout)
        .max_concurrent_streams(128)
        .max_header_list_size(64 << 10);
    builder
}

struct Acceptor {
    listener: TcpListener,
    router: Router,
    places: Arc<Semaphore>,
    builder: Arc<Builder<TokioExecutor>>,
    graceful: Arc<GracefulShutdown>,
    shutdown: CancellationToken,
}

impl Acceptor {
    async fn run(self) {
        loop {
            // Without a place, connections wait in the kernel's backlog.
            let accepted = tokio::select! {
                () = self.shutdown.cancelled() => return,
                accepted = self.accept() => accepted,
            };
            let Some((stream, place)) = accepted else { continue };
            let service = TowerToHyperService::new(self.router.clone());
            let connection = self
                .builder
                .serve_connection_with_upgrades(TokioIo::new(stream), service)
                .into_owned();
            let connection = self.graceful.watch(connection);
            tokio::spawn(async move {
                // A client that broke off is not news.
                if let Err(error) = connection.await {
                    tracing::debug!(%error, "a connection ended early");
                }
                drop(place);
            });
        }
    }

    async fn accept(&self) -> Option<(TcpStream, tokio::sync::OwnedSemaphorePermit)> {
        let place = self.places.clone().acquire_owned().await.ok()?;
        match self.listener.accept().await {
            Ok((stream, _)) => {
                // Answers are small and urgent; a failure only costs latency.
                let _ = stream.set_nodelay(true);
                Some((stream, place))
            }
            Err(error) => {
                tracing::warn!(%error, "cannot accept a connection");
                tokio::time::sleep(ACCEPT_PAUSE).await;
                None
            }
        }
    }
}
