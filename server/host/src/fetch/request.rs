//! What a script asks for, checked: the method, the URL, the headers, the body. Hostile until it has been here.

use super::content::Content;
use super::error::FetchError;
use http::header::{HeaderName, HeaderValue};
use mcp_v8_policy::{Headers, Target};
use mcp_v8_sandbox::host_call::fetch::{Fields, Redirect};
use mcp_v8_settings::Fetch;
use url::Url;

/// Longest method; the longest registered one has 17 letters.
const METHOD_BYTES_MAX: usize = 32;

/// Fetch Standard, "normalize": written in small letters, these are meant.
const NORMALIZED: &[&str] = &["DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"];

/// Fetch Standard, "forbidden method".
const FORBIDDEN_METHODS: &[&str] = &["CONNECT", "TRACE", "TRACK"];

/// They decide where a message ends or who it is for, or belong to one connection (RFC 9110 section 7.6.1).
const FORBIDDEN_HEADERS: &[&str] = &[
    "connection",
    "content-length",
    "expect",
    "host",
    "http2-settings",
    "keep-alive",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "via",
];

/// A request that can be sent, if it may be.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) method: String,
    pub(super) target: Target,
    pub(super) headers: Headers,
    pub(super) body: Content,
    pub(super) redirect: Redirect,
}

/// As it comes from a worker.
pub(super) struct Asked {
    pub(super) method: String,
    pub(super) url: String,
    pub(super) headers: Fields,
    pub(super) body: Content,
    pub(super) redirect: Redirect,
}

impl Request {
    pub(super) fn new(asked: Asked, settings: &Fetch) -> Result<Self, FetchError> {
        let fields = asked.headers.iter().map(|(name, value)| name.len() + value.len());
        let bytes = asked.url.len().saturating_add(asked.method.len()).saturating_add(fields.sum());
        size("the head of the request", "fetch.max_headers_kb", bytes, settings.max_header_bytes)?;
        size(
            "headers of the request",
            "fetch.max_headers",
            asked.headers.len(),
            settings.max_headers,
        )?;
        let body_bytes = asked.body.bytes();
        let most = settings.max_request_bytes as usize;
        size("the body of the request", "fetch.max_request_mb", body_bytes, most)?;
        let method = method(asked.method)?;
        if !matches!(asked.body, Content::None) && matches!(method.as_str(), "GET" | "HEAD") {
            return Err(FetchError::BodyNotAllowed(method));
        }
        Ok(Self {
            method,
            target: target(asked.url.parse().map_err(FetchError::Url)?)?,
            headers: headers(&asked.headers)?,
            body: asked.body,
            redirect: asked.redirect,
        })
    }
}

fn size(what: &'static str, key: &'static str, size: usize, most: usize) -> Result<(), FetchError> {
    match size <= most {
        true => Ok(()),
        false => Err(FetchError::Size { what, key, limit: most as u64 }),
    }
}

fn method(text: String) -> Result<String, FetchError> {
    let upper = text.to_ascii_uppercase();
    let parsed =
        (text.len() <= METHOD_BYTES_MAX).then(|| http::Method::from_bytes(text.as_bytes()));
    if !matches!(parsed, Some(Ok(_))) || FORBIDDEN_METHODS.contains(&upper.as_str()) {
        return Err(FetchError::Method);
    }
    Ok(if NORMALIZED.contains(&upper.as_str()) { upper } else { text })
}

/// A URL that is fetched over HTTP.
pub(super) fn target(url: Url) -> Result<Target, FetchError> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(FetchError::Scheme(url.scheme().to_owned()));
    }
    Target::new(url).map_err(FetchError::Target)
}

fn headers(fields: &Fields) -> Result<Headers, FetchError> {
    let mut good = Vec::with_capacity(fields.len());
    for (name, value) in fields {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| FetchError::HeaderName)?;
        if is_forbidden(name.as_str()) {
            return Err(FetchError::ForbiddenHeader(name.to_string()));
        }
        if HeaderValue::from_bytes(value).is_err() {
            return Err(FetchError::HeaderValue(name.to_string()));
        }
        good.push((name, text_of(value)));
    }
    Ok(good.into_iter().collect())
}

pub(super) fn is_forbidden(name: &str) -> bool {
    FORBIDDEN_HEADERS.contains(&name) || name.starts_with("proxy-") || name.starts_with("sec-")
}

/// One character for each byte (Infra Standard, "isomorphic decode"), so that what is judged is what is sent.
fn text_of(value: &[u8]) -> String {
    value.iter().copied().map(char::from).collect()
}

/// The way back.
pub(super) fn value_of(text: &str) -> Option<HeaderValue> {
    let bytes: Option<Vec<u8>> = text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect();
    HeaderValue::from_bytes(&bytes?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods_are_normalized_and_tunnels_and_traces_are_refused() {
        assert_eq!(method("get".to_owned()).unwrap(), "GET");
        assert_eq!(method("patch".to_owned()).unwrap(), "patch");
        assert_eq!(method("PROPFIND".to_owned()).unwrap(), "PROPFIND");
        for bad in ["", "get ", "CONNECT", "trace", "Track", "GE\r\nT", "GET\0", &"A".repeat(33)] {
            assert!(method(bad.to_owned()).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn every_byte_of_a_value_survives_the_policy() {
        let bytes: Vec<u8> = (0x20..=0xff).filter(|byte| *byte != 0x7f).collect();
        assert_eq!(value_of(&text_of(&bytes)).unwrap().as_bytes(), bytes);
        assert_eq!(value_of("\u{100}"), None);
    }
}
