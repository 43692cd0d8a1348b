//! The accept loop: bounded connections, a graceful end. HTTP/1.1 and HTTP/2 on one port. What one connection may do,
//! and for how long, is in `connection`.

mod activity;
mod connection;
mod listeners;
mod stream;
mod tracked;

use activity::Timeouts;
use axum::Router;
use connection::{Ending, protocols};
use listeners::Listeners;
use mcp_v8_settings::Http;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How long open requests get to end once the server shuts down; executions have been drained before.
const CLOSE_GRACE: Duration = Duration::from_secs(3);

/// Pause after a failed accept (descriptors are used up): no spinning.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Serves until `shutdown`; then accepts nothing, lets open requests end for 3 seconds and closes what is left.
///
/// At most `http.max_connections` are open at once; further ones wait in the kernel's backlog. When the future is
/// dropped, every connection is closed.
pub async fn serve(
    listeners: Vec<TcpListener>,
    router: Router,
    http: &Http,
    shutdown: CancellationToken,
) {
    let places = Arc::new(Semaphore::new(http.max_connections));
    let timeouts = Timeouts { head: http.header_timeout, idle: http.idle_timeout };
    let protocols = Arc::new(protocols(http, timeouts));
    let ending = Ending { finish: shutdown.clone(), close: CancellationToken::new() };
    let _closed_when_dropped = ending.close.clone().drop_guard();
    let connections = TaskTracker::new();
    let mut listeners = Listeners::new(listeners);
    loop {
        // The place comes first: without one, nothing is taken out of the backlog.
        let next = async {
            let place =
                places.clone().acquire_owned().await.expect("the semaphore is never closed");
            (place, listeners.accept().await)
        };
        let (place, accepted) = tokio::select! {
            () = shutdown.cancelled() => break,
            next = next => next,
        };
        match accepted {
            Ok(stream) => {
                let served = connection::serve(
                    stream,
                    router.clone(),
                    protocols.clone(),
                    timeouts,
                    ending.clone(),
                );
                connections.spawn(async move {
                    served.await;
                    drop(place);
                });
            }
            Err(error) => {
                tracing::warn!(%error, "cannot accept a connection");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
    drop(listeners);
    connections.close();
    if tokio::time::timeout(CLOSE_GRACE, connections.wait()).await.is_err() {
        tracing::info!(open = connections.len(), "closing connections that have not ended");
        ending.close.cancel();
        connections.wait().await;
    }
}
