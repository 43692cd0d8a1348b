//! An id for every request, in its answer and around its log lines; and the trace it is a part of, where its client
//! says so (W3C Trace Context).

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use mcp_v8_sandbox::ExecutionId;
use tracing::field::Empty;
use tracing::{Instrument as _, Span};

/// Bytes of an id that a client or a proxy gives, at most.
const ID_MAX: usize = 128;

/// Runs the request in a span with its id, and puts the id on the answer.
pub async fn tag(request: Request, next: Next) -> Response {
    let id = given(request.headers()).map_or_else(generate, str::to_owned);
    let span = tracing::info_span!(
        "request", id = %id, method = %request.method(), path = request.uri().path(),
        trace_id = Empty, parent_id = Empty,
    );
    record(&span, request.headers());
    let mut response = next.run(request).instrument(span).await;
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert("x-request-id", value);
    }
    response
}

/// Any unique id that sorts by time will do; this one is at hand.
fn generate() -> String {
    ExecutionId::generate().to_string()
}

/// The id that came with the request, if it is one alone, and of characters that mean nothing in a log.
fn given(headers: &HeaderMap) -> Option<&str> {
    let mut all = headers.get_all("x-request-id").iter();
    let one = all.next().filter(|_| all.next().is_none())?.to_str().ok()?;
    let good = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:".contains(&byte);
    ((1..=ID_MAX).contains(&one.len()) && one.bytes().all(good)).then_some(one)
}

fn record(span: &Span, headers: &HeaderMap) {
    let mut all = headers.get_all("traceparent").iter();
    let Some(one) = all.next().filter(|_| all.next().is_none()) else { return };
    if let Some((trace, parent)) = one.to_str().ok().and_then(trace) {
        span.record("trace_id", trace).record("parent_id", parent);
    }
}

/// Ids of the trace and of the caller's span (W3C Trace Context, section 3.2.2). Of a later version, what this one
/// knows.
fn trace(text: &str) -> Option<(&str, &str)> {
    let mut parts = text.split('-');
    let (version, trace) = (parts.next()?, parts.next()?);
    let (parent, flags) = (parts.next()?, parts.next()?);
    let hex = |part: &str, length: usize| {
        part.len() == length && part.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    };
    let some = |part: &str| part.bytes().any(|byte| byte != b'0');
    let shaped = hex(version, 2) && hex(trace, 32) && hex(parent, 16) && hex(flags, 2);
    let known = version != "ff" && (version != "00" || parts.next().is_none());
    (shaped && known && some(trace) && some(parent)).then_some((trace, parent))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
    const PARENT: &str = "00f067aa0ba902b7";

    #[test]
    fn an_id_is_taken_when_it_is_one_short_word() {
        let seen = |values: &[&'static str]| {
            let values = values.iter().map(|one| {
                (axum::http::HeaderName::from_static("x-request-id"), HeaderValue::from_static(one))
            });
            given(&HeaderMap::from_iter(values)).map(str::to_owned)
        };
        assert_eq!(seen(&["req-1.a_B:9"]).as_deref(), Some("req-1.a_B:9"));
        for bad in [&["a b"][..], &[""], &["a\tb"], &["a;b"], &["{}"], &["one", "two"], &[]] {
            assert_eq!(seen(bad), None, "{bad:?}");
        }
        let long = HeaderMap::from_iter([(
            axum::http::HeaderName::from_static("x-request-id"),
            HeaderValue::from_str(&"a".repeat(129)).expect("text"),
        )]);
        assert_eq!(given(&long), None);
    }

    #[test]
    fn a_traceparent_is_taken_when_it_is_well_formed_and_of_nothing_else() {
        let good = format!("00-{TRACE}-{PARENT}-01");
        assert_eq!(trace(&good), Some((TRACE, PARENT)));
        assert_eq!(trace(&format!("42-{TRACE}-{PARENT}-01-later")), Some((TRACE, PARENT)));
        let zeros = "0".repeat(32);
        for bad in [
            format!("{good}-more"),
            format!("ff-{TRACE}-{PARENT}-01"),
            format!("00-{zeros}-{PARENT}-01"),
            format!("00-{TRACE}-{}-01", &zeros[..16]),
            good.to_uppercase(),
            good[1..].to_owned(),
            format!("00-{TRACE}-{PARENT}"),
            String::new(),
        ] {
            assert_eq!(trace(&bad), None, "{bad}");
        }
    }
}
