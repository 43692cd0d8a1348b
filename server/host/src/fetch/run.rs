//! The fetches of one run: what is open, how much may be, and the answers to the script's calls. Not one exchange.

use super::body::{Body, Total, whole};
use super::client::FetchClient;
use super::connections::Connections;
use super::content::{Content, Feed};
use super::error::FetchError;
use super::exchange::Exchange;
use super::request::{Asked, Request};
use mcp_v8_policy::Context;
use mcp_v8_sandbox::host_call::fetch::{FetchAnswer, FetchCall, FetchHead};
use mcp_v8_sandbox::host_call::{HostAnswer, HostError};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout_at};
use tokio_util::sync::CancellationToken;

/// One per run. Dropping it, with the calls that are under way, closes every connection.
pub struct FetchRun {
    client: Arc<FetchClient>,
    context: Context,
    connections: Connections,
    open: Mutex<HashMap<u32, Open>>,
    parallel: Semaphore,
    total: Total,
    serials: AtomicU64,
}

/// A request that was started and neither read to its end, cancelled nor failed.
#[derive(Clone)]
struct Open {
    /// Tells it from an earlier or later request of the same number.
    serial: u64,
    cancel: CancellationToken,
    /// The end to feed the request's body by, where that is a stream.
    feed: Option<Arc<tokio::sync::Mutex<Feed>>>,
    /// `None` until the response begins.
    body: Option<Arc<tokio::sync::Mutex<Body>>>,
}

impl FetchRun {
    pub(super) fn new(client: Arc<FetchClient>, context: Context) -> Self {
        Self {
            connections: client.connections(),
            open: Mutex::default(),
            parallel: Semaphore::new(client.settings.max_parallel),
            total: Total::new(client.settings.max_total_bytes, "fetch.max_total_mb"),
            serials: AtomicU64::new(0),
            client,
            context,
        }
    }

    /// Answers one call of the script.
    ///
    /// # Errors
    /// [`HostError`], as the script will see it.
    pub async fn call(&self, call: FetchCall) -> Result<HostAnswer, HostError> {
        let answer = match call {
            FetchCall::Start { request, method, url, headers, body, redirect } => {
                let (body, feed) = Content::of(body);
                let asked = Asked { method, url, headers, body, redirect };
                self.start(request, asked, feed).await.map(FetchAnswer::Head)
            }
            FetchCall::Write { request, bytes } => {
                return Ok(self.feed(request, Some(bytes)).await.map(|()| HostAnswer::Done)?);
            }
            FetchCall::EndBody { request } => {
                return Ok(self.feed(request, None).await.map(|()| HostAnswer::Done)?);
            }
            FetchCall::Read { request, most } => self.read(request, most).await,
            FetchCall::Cancel { request } => {
                self.close(request);
                return Ok(HostAnswer::Done);
            }
        };
        answer.map(HostAnswer::Fetch).map_err(HostError::from)
    }

    async fn start(
        &self,
        number: u32,
        asked: Asked,
        feed: Option<Feed>,
    ) -> Result<FetchHead, FetchError> {
        let request = Request::new(asked, &self.client.settings)?;
        let (serial, cancel) = self.admit(number, feed)?;
        let mut admitted = Admitted { run: self, number, serial, answered: false };
        // Counted before it waits, so that what waits is bounded too.
        self.total.take(request.body.bytes())?;
        let (head, body) = tokio::select! {
            biased;
            () = cancel.cancelled() => return Err(FetchError::Cancelled),
            answer = self.exchange(request) => answer?,
        };
        let mut open = self.open();
        // Cancelled at the last moment: then it is not there any more.
        let entry = open.get_mut(&number).filter(|open| open.serial == serial);
        let entry = entry.ok_or(FetchError::Cancelled)?;
        entry.body = Some(Arc::new(tokio::sync::Mutex::new(body)));
        admitted.answered = true;
        Ok(head)
    }

    async fn exchange(&self, request: Request) -> Result<(FetchHead, Body), FetchError> {
        let turn = self.parallel.acquire().await.map_err(|_| FetchError::Cancelled)?;
        let settings = &self.client.settings;
        let deadline = Instant::now() + settings.timeout;
        let exchange = Exchange {
            client: &self.client,
            connections: &self.connections,
            context: &self.context,
        };
        let answered = timeout_at(deadline, exchange.run(request)).await;
        drop(turn);
        let answered = answered.map_err(|_| whole(settings))??;
        let head = answered.head.clone();
        Ok((head, Body::new(answered, settings.clone(), deadline)))
    }

    async fn read(&self, number: u32, most: u32) -> Result<FetchAnswer, FetchError> {
        let Some(Open { serial, cancel, body: Some(body), .. }) = self.open().get(&number).cloned()
        else {
            return Err(FetchError::Number);
        };
        let read = async { body.lock().await.read(most, &self.total).await };
        let piece = tokio::select! {
            biased;
            () = cancel.cancelled() => Err(FetchError::Cancelled),
            piece = read => piece,
        };
        match piece {
            Ok(Some(piece)) => Ok(FetchAnswer::Piece(piece.into())),
            Ok(None) => {
                self.close_this(number, serial);
                Ok(FetchAnswer::End)
            }
            Err(error) => {
                self.close_this(number, serial);
                Err(error)
            }
        }
    }

    /// The next piece of a request's body, or its end. A piece that is refused gives the whole request up.
    async fn feed(&self, number: u32, bytes: Option<Vec<u8>>) -> Result<(), FetchError> {
        let open = self.open().get(&number).cloned();
        let Some(Open { serial, cancel, feed: Some(feed), .. }) = open else {
            return Err(FetchError::BodyClosed);
        };
        let feeding = async {
            let mut feed = feed.lock().await;
            match bytes {
                Some(bytes) => feed.write(bytes, &self.client.settings, &self.total).await,
                None => feed.end().await,
            }
        };
        let fed = tokio::select! {
            biased;
            () = cancel.cancelled() => Err(FetchError::BodyClosed),
            fed = feeding => fed,
        };
        if matches!(fed, Err(FetchError::Size { .. } | FetchError::Total(_))) {
            self.close_this(number, serial);
        }
        fed
    }

    /// Room for one more request.
    fn admit(
        &self,
        number: u32,
        feed: Option<Feed>,
    ) -> Result<(u64, CancellationToken), FetchError> {
        let most = self.client.settings.max_open;
        let mut open = self.open();
        if open.len() >= most {
            return Err(FetchError::Open(most));
        }
        match open.entry(number) {
            Entry::Occupied(_) => Err(FetchError::Number),
            Entry::Vacant(entry) => {
                let cancel = CancellationToken::new();
                let serial = self.serials.fetch_add(1, Ordering::Relaxed);
                let feed = feed.map(|feed| Arc::new(tokio::sync::Mutex::new(feed)));
                entry.insert(Open { serial, cancel: cancel.clone(), feed, body: None });
                Ok((serial, cancel))
            }
        }
    }

    fn close(&self, number: u32) {
        let closed = self.open().remove(&number);
        if let Some(open) = closed {
            open.cancel.cancel();
        }
    }

    /// The same, unless the number is another request's by now.
    fn close_this(&self, number: u32, serial: u64) {
        if let Entry::Occupied(entry) = self.open().entry(number)
            && entry.get().serial == serial
        {
            entry.remove().cancel.cancel();
        }
    }

    fn open(&self) -> MutexGuard<'_, HashMap<u32, Open>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Gives the room back when a request fails, or when nobody waits for its response any more.
struct Admitted<'r> {
    run: &'r FetchRun,
    number: u32,
    serial: u64,
    answered: bool,
}

impl Drop for Admitted<'_> {
    fn drop(&mut self) {
        if !self.answered {
            self.run.close_this(self.number, self.serial);
        }
    }
}
