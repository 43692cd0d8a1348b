//! The output of an execution as it appears. A connection that breaks off is made again, and nothing is lost or twice.

use crate::Client;
use crate::error::{self, Error};
use crate::types::{ExecutionInfo, OutputEvent};
use futures::stream::{BoxStream, Stream, StreamExt, unfold};
use http::header;
use progenitor_client::ClientInfo as _;
use sse_stream::{Sse, SseStream};
use std::time::Duration;

/// Connections in a row that bring nothing, before a stream is given up.
const ATTEMPTS: u32 = 5;

/// Before the next connection.
const PAUSE: Duration = Duration::from_millis(500);

/// Something that happened to an execution.
#[derive(Clone, Debug)]
pub enum Followed {
    /// Its next output.
    Output(OutputEvent),
    /// It is over; nothing comes afterwards.
    End(Box<ExecutionInfo>),
}

/// An execution cannot be followed any further. It goes on.
#[derive(Debug, thiserror::Error)]
pub enum FollowError {
    #[error("{}", error::describe(.0))]
    Request(Box<Error>),
    #[error("an event that mcp-v8 does not send: {0}")]
    Event(#[source] serde_json::Error),
    #[error("the connection broke off {ATTEMPTS} times in a row before anything came: {0}")]
    Broken(String),
}

impl From<Error> for FollowError {
    fn from(error: Error) -> Self {
        Self::Request(Box::new(error))
    }
}

type Events = BoxStream<'static, Result<Sse, sse_stream::Error>>;

/// Where somebody is who follows an execution.
struct Follower<'c> {
    client: &'c Client,
    url: String,
    /// Byte to go on with.
    from: u64,
    events: Option<Events>,
    /// Connections since the last event, and how the last one broke off.
    attempts: u32,
    broken: String,
}

impl Client {
    /// Output of an execution from byte `from` on, what is there already first, and then its end. The stream ends after
    /// the end, or after an error.
    pub fn follow(
        &self,
        id: &str,
        from: u64,
    ) -> impl Stream<Item = Result<Followed, FollowError>> + Send + '_ {
        let id = progenitor_client::encode_path(id);
        let url = format!("{}/api/executions/{id}/events", self.baseurl());
        let broken = String::new();
        let follower = Follower { client: self, url, from, events: None, attempts: 0, broken };
        unfold(Some(follower), async |follower| {
            let mut follower = follower?;
            match follower.next().await {
                Ok(Followed::Output(output)) => {
                    Some((Ok(Followed::Output(output)), Some(follower)))
                }
                last => Some((last, None)),
            }
        })
    }
}

impl Follower<'_> {
    async fn next(&mut self) -> Result<Followed, FollowError> {
        loop {
            let events = match &mut self.events {
                Some(events) => events,
                None => {
                    let events = self.connect().await?;
                    self.events.insert(events)
                }
            };
            match events.next().await {
                Some(Ok(event)) => {
                    if let Some(followed) = self.read(&event)? {
                        return Ok(followed);
                    }
                }
                Some(Err(error)) => self.again(error.to_string()),
                None => self.again("it was closed".to_owned()),
            }
        }
    }

    fn again(&mut self, why: String) {
        (self.events, self.broken) = (None, why);
    }

    async fn connect(&mut self) -> Result<Events, FollowError> {
        loop {
            if self.attempts == ATTEMPTS {
                return Err(FollowError::Broken(std::mem::take(&mut self.broken)));
            }
            if self.attempts > 0 {
                tokio::time::sleep(PAUSE).await;
            }
            self.attempts += 1;
            let request = self.client.client().get(&self.url);
            let request = request.header("last-event-id", self.from.to_string());
            match request.header(header::ACCEPT, "text/event-stream").send().await {
                Ok(response) if response.status() == http::StatusCode::OK => {
                    return Ok(SseStream::from_bytes_stream(response.bytes_stream()).boxed());
                }
                Ok(response) => return Err(error::refused(response).await.into()),
                // The first connection: whoever calls should know at once.
                Err(error) if self.attempts == 1 && self.from == 0 => {
                    return Err(Error::from(error).into());
                }
                Err(error) => self.broken = error::describe(&Error::from(error)),
            }
        }
    }

    /// What an event says; `None` for one of a later server.
    fn read(&mut self, event: &Sse) -> Result<Option<Followed>, FollowError> {
        let data = event.data.as_deref().unwrap_or_default();
        let followed = match event.event.as_deref() {
            Some("output") => {
                let output: OutputEvent = serde_json::from_str(data).map_err(FollowError::Event)?;
                self.from = output.end_byte;
                Followed::Output(output)
            }
            Some("end") => Followed::End(serde_json::from_str(data).map_err(FollowError::Event)?),
            _ => return Ok(None),
        };
        self.attempts = 0;
        Ok(Some(followed))
    }
}

#[cfg(test)]
mod tests;
