//! The connection to a server that speaks Streamable HTTP. Its credentials are the operator's, from files; no redirect is
//! followed and no proxy of the environment is used.

use crate::error::{StartError, chain};
use crate::redactor::Redactor;
use ::http::{HeaderName, HeaderValue};
use mcp_v8_settings::Upstream;
use reqwest::redirect;
use rmcp::transport::StreamableHttpClientTransport;
use rmcp::transport::streamable_http_client::StreamableHttpClientTransportConfig;
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Time to open a connection.
const CONNECT: Duration = Duration::from_secs(10);

/// Time without a byte after which a connection is taken for dead; streams of events have keep-alives.
const SILENCE: Duration = Duration::from_secs(600);

pub(crate) type HttpTransport = StreamableHttpClientTransport<reqwest::Client>;

/// Makes the transport; nothing is sent yet. Reads files.
pub(crate) fn transport(
    upstream: &Upstream,
    url: &str,
    token_file: Option<&Path>,
    header_files: &BTreeMap<String, PathBuf>,
    secrets: &Redactor,
) -> Result<HttpTransport, StartError> {
    let client = reqwest::Client::builder()
        .no_proxy()
        .redirect(redirect::Policy::none())
        .connect_timeout(CONNECT)
        .read_timeout(SILENCE)
        .build()
        .map_err(|error| StartError::Client(chain(&error)))?;
    let mut headers = HashMap::new();
    for (name, path) in header_files {
        let secret = secrets.read(path).map_err(StartError::Secret)?;
        let bad = || StartError::Header(name.clone());
        let mut value = HeaderValue::from_str(&secret).map_err(|_| bad())?;
        value.set_sensitive(true);
        headers.insert(HeaderName::from_bytes(name.as_bytes()).map_err(|_| bad())?, value);
    }
    let mut config = StreamableHttpClientTransportConfig::with_uri(url)
        .custom_headers(headers)
        .max_sse_event_size(upstream.max_message_bytes)
        .max_concurrent_requests(upstream.max_parallel + 2);
    if let Some(path) = token_file {
        config = config.auth_header(secrets.read(path).map_err(StartError::Secret)?.as_str());
    }
    Ok(StreamableHttpClientTransport::with_client(client, config))
}
