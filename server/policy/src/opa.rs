//! A rule at a remote Open Policy Agent: its REST API, `POST /v1/data/<path>`. Not OPA's bundles, status or logs.

use crate::error::PolicyProblem;
use crate::input::Input;
use crate::rego::reasons;
use crate::verdict::{RuleError, Verdict};
use reqwest::header::{CONTENT_TYPE, HeaderValue};
use reqwest::redirect;
use serde_json::Value as Json;
use std::time::Duration;
use url::Url;

/// Longest answer of a policy server, bytes.
pub const ANSWER_BYTES_MAX: usize = 64 << 10;

/// Unused connections to one server, and how long they are kept.
const IDLE_CONNECTIONS: usize = 4;
const IDLE: Duration = Duration::from_secs(30);

/// The client of every rule of a set. It follows no redirect and takes no proxy from the environment: what is judged
/// goes to the configured server and nowhere else.
#[derive(Clone, Debug)]
pub(crate) struct OpaClient(reqwest::Client);

impl OpaClient {
    pub(crate) fn new() -> Result<Self, PolicyProblem> {
        let client = reqwest::Client::builder()
            .no_proxy()
            .redirect(redirect::Policy::none())
            .pool_max_idle_per_host(IDLE_CONNECTIONS)
            .pool_idle_timeout(IDLE)
            .build();
        client.map(Self).map_err(|error| PolicyProblem::Client(chain(&error)))
    }
}

/// One rule at one server.
#[derive(Debug)]
pub(crate) struct Opa {
    client: OpaClient,
    decision: Url,
    /// Asked only after a denial, for its message.
    reasons: Url,
}

impl Opa {
    /// `query` is a rule path, for example `data.mcp.fetch.allow`, and becomes `/v1/data/mcp/fetch/allow`.
    pub(crate) fn new(client: OpaClient, url: &str, query: &str) -> Result<Self, PolicyProblem> {
        let base: Url = url.parse().map_err(|_| PolicyProblem::NotAServer(url.to_owned()))?;
        let good = matches!(base.scheme(), "http" | "https")
            && base.username().is_empty()
            && base.password().is_none()
            && base.query().is_none()
            && base.fragment().is_none();
        if !good {
            return Err(PolicyProblem::NotAServer(url.to_owned()));
        }
        let of = |query: &str| {
            let mut url = base.clone();
            if let Ok(mut path) = url.path_segments_mut() {
                path.pop_if_empty().extend(["v1"]).extend(query.split('.'));
            }
            url
        };
        Ok(Self { client, decision: of(query), reasons: of(&reasons::query(query)) })
    }

    pub(crate) async fn ask(&self, input: &Input) -> Verdict {
        match self.value(&self.decision, input).await {
            Ok(Some(Json::Bool(true))) => Verdict::Allow,
            Ok(Some(Json::Bool(false))) => self.deny(true, input).await,
            Ok(None) => self.deny(false, input).await,
            Ok(Some(other)) => Verdict::NotBoolean(kind(&other)),
            Err(error) => Verdict::Error(error),
        }
    }

    /// A server that gives no usable reasons still denies.
    async fn deny(&self, defined: bool, input: &Input) -> Verdict {
        let reasons = match self.value(&self.reasons, input).await {
            Ok(Some(Json::Array(list))) => reasons::bounded(list.iter().filter_map(Json::as_str)),
            _ => Vec::new(),
        };
        Verdict::Deny { defined, reasons }
    }

    /// The value of a document; `None` where it is undefined. The caller keeps the time.
    async fn value(&self, url: &Url, input: &Input) -> Result<Option<Json>, RuleError> {
        let body = format!("{{\"input\":{}}}", input.json());
        let request = self.client.0.post(url.clone()).header(CONTENT_TYPE, "application/json");
        let sent = request.body(body).send().await;
        let mut answer =
            sent.map_err(|error| RuleError::Unreachable(chain(&error.without_url())))?;
        if answer.status().as_u16() != 200 {
            return Err(RuleError::Status(answer.status().as_u16()));
        }
        let unusable = |why: String| RuleError::Answer(why);
        let kind = answer.headers().get(CONTENT_TYPE).map(HeaderValue::as_bytes);
        if !kind.is_some_and(|kind| kind.starts_with(b"application/json")) {
            return Err(unusable("it is not application/json".to_owned()));
        }
        let mut text = Vec::new();
        while let Some(part) = answer
            .chunk()
            .await
            .map_err(|error| RuleError::Unreachable(chain(&error.without_url())))?
        {
            if text.len() + part.len() > ANSWER_BYTES_MAX {
                return Err(unusable(format!("it is longer than {ANSWER_BYTES_MAX} bytes")));
            }
            text.extend_from_slice(&part);
        }
        match serde_json::from_slice(&text).map_err(|error| unusable(error.to_string()))? {
            Json::Object(mut object) => Ok(object.remove("result")),
            _ => Err(unusable("it is not an object".to_owned())),
        }
    }
}

fn kind(value: &Json) -> &'static str {
    match value {
        Json::Null => "null",
        Json::Bool(_) => "a boolean",
        Json::Number(_) => "a number",
        Json::String(_) => "a string",
        Json::Array(_) => "an array",
        Json::Object(_) => "an object",
    }
}

/// An error with its causes; reqwest's own text says little.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}
