//! One connection, from its first byte to its end. Not the routes: those are the router's.

use super::activity::{Activity, Timeouts};
use super::stream::Reporting;
use super::tracked::Tracked;
use axum::Router;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use std::pin::pin;
use std::sync::Arc;
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;

/// Bytes of the head of a request; more is answered with 431.
const HEAD_BYTES_MAX: usize = 64 << 10;

/// Fields of the head of a request; more is answered with 431.
const FIELDS_MAX: usize = 100;

/// Requests at once on one HTTP/2 connection.
const STREAMS_MAX: u32 = 128;

/// How connections are told to end.
#[derive(Clone)]
pub struct Ending {
    /// Answer what has begun, take nothing new.
    pub finish: CancellationToken,
    /// Break off.
    pub close: CancellationToken,
}

/// HTTP/1.1 and HTTP/2 with their bounds.
pub fn protocols(timeouts: Timeouts) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    // hyper's own timer would run between requests too, and not before the protocol is known: see `Activity`.
    builder.http1().header_read_timeout(None).max_buf_size(HEAD_BYTES_MAX).max_headers(FIELDS_MAX);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(timeouts.idle)
        .keep_alive_timeout(timeouts.head)
        .max_concurrent_streams(STREAMS_MAX)
        .max_header_list_size(HEAD_BYTES_MAX as u32);
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
