//! One connection, from its first byte to its end. Not the routes: those are the router's.

use super::activity::{Activity, Timeouts};
use super::stream::Reporting;
use super::tracked::Tracked;
use axum::Router;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use mcp_v8_settings::Http;
use std::pin::pin;
use std::sync::Arc;
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;

/// How connections are told to end.
#[derive(Clone)]
pub struct Ending {
    /// Answer what has begun, take nothing new.
    pub finish: CancellationToken,
    /// Break off.
    pub close: CancellationToken,
}

/// HTTP/1.1 and HTTP/2 with their bounds.
pub fn protocols(http: &Http, timeouts: Timeouts) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    // hyper's own timer would run between requests too, and not before the protocol is known: see `Activity`.
    builder
        .http1()
        .header_read_timeout(None)
        .max_buf_size(http.max_head_bytes)
        .max_headers(http.max_head_fields);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(timeouts.idle)
        .keep_alive_timeout(timeouts.head)
        .max_concurrent_streams(http.max_requests_per_connection)
        .max_header_list_size(u32::try_from(http.max_head_bytes).unwrap_or(u32::MAX));
    builder
}

/// Serves one connection until it ends, expires, or is told to end.
pub async fn serve(
    stream: TcpStream,
    router: Router,
    protocols: Arc<Builder<TokioExecutor>>,
    timeouts: Timeouts,
    ending: Ending,
) {
    let activity = Arc::new(Activity::new(timeouts));
    let io = TokioIo::new(Reporting::new(stream, activity.clone()));
    let service = TowerToHyperService::new(Tracked::new(router, activity.clone()));
    let mut connection = pin!(protocols.serve_connection(io, service));
    let mut expired = pin!(activity.expired());
    let mut finishing = false;
    loop {
        tokio::select! {
            // First what has come: a request that is here is not late, however long this task had to wait.
            biased;
            ended = connection.as_mut() => {
                // A client that broke off is not news.
                if let Err(error) = ended {
                    tracing::debug!(%error, "a connection ended early");
                }
                return;
            }
            () = &mut expired => {
                tracing::debug!("a connection took too long");
                return;
            }
            () = ending.close.cancelled() => return,
            () = ending.finish.cancelled(), if !finishing => {
                finishing = true;
                connection.as_mut().graceful_shutdown();
            }
        }
    }
}
