//! `[fetch]`: bounds and reach of scripts' HTTP requests. Not whether they may make one: that is `[policies.fetch]`.

pub(crate) mod headers;

use crate::key::Key;
use crate::problem::Problem;
use crate::resolver::Resolver;
use headers::{FetchHeader, HeaderTable};
use ipnet::IpNet;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::time::Duration;

#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct FetchTable {
    /// Ranges of addresses that scripts may reach although they are not public, as in 10.1.0.0/16 or fd00:1::/64.
    /// None: under every policy, private, loopback, link-local and cloud metadata addresses are out of reach.
    allow_cidrs: Vec<String>,
    /// Redirects that one fetch follows, each judged by the policy; one more is an error. 10: far above any real chain.
    max_redirects: u32,
    /// Time for one fetch, from its first look-up to the last byte of the body, seconds. 60: slow APIs answer; a run's
    /// own limit ends it earlier.
    timeout_secs: u64,
    /// Time to look up a name, and again to connect with TLS, seconds. 10: longer only on a broken network.
    connect_timeout_secs: u64,
    /// Time a script that reads waits for the next byte of a body, seconds. 30: longer than the gaps of event streams.
    idle_timeout_secs: u64,
    /// Headers of a request with its method and URL, and headers of a response, KiB each. 64: above what servers take.
    max_headers_kb: u64,
    /// Header fields of a request, and of a response. 128: above what servers send.
    max_headers: usize,
    /// Body of one request, MiB. 16: uploads in parts are smaller.
    max_request_mb: u64,
    /// Body of one response after decompression, MiB. 64: as much as a heap can hold well.
    max_response_mb: u64,
    /// Bodies of one run, sent and received after decompression, MiB. 256: four of the largest.
    max_total_mb: u64,
    /// Requests of one run under way at once, until their responses begin; further ones wait. 16: polite to servers.
    max_parallel: usize,
    /// Requests and unread responses of one run, waiting ones too; one more is an error. 128: loops over a page of a
    /// listing.
    max_open: usize,
    /// Header User-Agent where the script sets none.
    user_agent: String,
    /// Headers that the server adds to requests of scripts to one origin, after the policy has allowed them and without
    /// showing them to scripts: origin; methods (left out: all); name; and either value_file with an optional prefix,
    /// or oauth with token_url, client_id, client_secret_file and an optional scope (OAuth 2.0 client credentials).
    /// Files are read for every request and refused when others than their owner can read them.
    #[schemars(example = [HeaderTable::example()])]
    headers: Vec<HeaderTable>,
}

impl Default for FetchTable {
    fn default() -> Self {
        Self {
            allow_cidrs: Vec::new(),
            max_redirects: 10,
            timeout_secs: 60,
            connect_timeout_secs: 10,
            idle_timeout_secs: 30,
            max_headers_kb: 64,
            max_headers: 128,
            max_request_mb: 16,
            max_response_mb: 64,
            max_total_mb: 256,
            max_parallel: 16,
            max_open: 128,
            user_agent: "mcp-v8".to_owned(),
            headers: Vec::new(),
        }
    }
}

/// Bounds and reach of scripts' HTTP requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetch {
    pub allow_cidrs: Vec<IpNet>,
    pub max_redirects: u32,
    pub timeout: Duration,
    pub connect_timeout: Duration,
    pub idle_timeout: Duration,
    /// Of a request with its method and URL, and of a response.
    pub max_header_bytes: usize,
    /// Fields, of a request and of a response.
    pub max_headers: usize,
    pub max_request_bytes: u64,
    /// Decoded.
    pub max_response_bytes: u64,
    /// Per run, sent and received.
    pub max_total_bytes: u64,
    pub max_parallel: usize,
    pub max_open: usize,
    pub user_agent: String,
    pub headers: Vec<FetchHeader>,
}

impl FetchTable {
    /// `fetch`: whether scripts have it at all.
    pub(crate) fn resolve(self, fetch: bool, resolver: &mut Resolver<'_>) -> Fetch {
        let key = Key::from("fetch");
        if !self.headers.is_empty() && !fetch {
            // Secrets that nothing could use: the policy was forgotten, not the headers.
            resolver.refuse(key.child("headers"), Problem::NoFetchPolicy);
        }
        if !is_field_text(&self.user_agent) {
            resolver.refuse(key.child("user_agent"), Problem::NotFieldText);
        }
        Fetch {
            allow_cidrs: ranges(&self.allow_cidrs, &key.child("allow_cidrs"), resolver),
            max_redirects: self.max_redirects,
            timeout: Duration::from_secs(self.timeout_secs),
            connect_timeout: Duration::from_secs(self.connect_timeout_secs),
            idle_timeout: Duration::from_secs(self.idle_timeout_secs),
            max_header_bytes: (self.max_headers_kb as usize) << 10,
            max_headers: self.max_headers,
            max_request_bytes: self.max_request_mb << 20,
            max_response_bytes: self.max_response_mb << 20,
            max_total_bytes: self.max_total_mb << 20,
            max_parallel: self.max_parallel,
            max_open: self.max_open,
            user_agent: self.user_agent,
            headers: headers::resolve(self.headers, &key.child("headers"), resolver),
        }
    }
}

/// A range is written by its first address, so that nobody opens more than was meant.
fn ranges(written: &[String], key: &Key, resolver: &mut Resolver<'_>) -> Vec<IpNet> {
    let mut good = Vec::new();
    for (at, text) in written.iter().enumerate() {
        let range: Option<IpNet> = text.parse().ok();
        match range {
            Some(range) if range.addr() == range.network() => good.push(range),
            other => {
                let meant = other.map(|range| range.trunc().to_string());
                resolver.refuse(key.item(at), Problem::NotARange { meant });
            }
        }
    }
    good
}

/// Visible ASCII and single spaces inside: what every server takes as a field value (RFC 9110 section 5.5).
fn is_field_text(text: &str) -> bool {
    !text.is_empty()
        && text.trim() == text
        && text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ')
}
