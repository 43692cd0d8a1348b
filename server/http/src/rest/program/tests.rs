//! Programs that are understood, and those that are refused.

use super::*;
use axum::response::IntoResponse as _;

fn parsed(kind: Option<&str>, uri: &str, body: &[u8]) -> Result<(String, ExecOptions), Problem> {
    let mut headers = HeaderMap::new();
    if let Some(kind) = kind {
        headers.insert(header::CONTENT_TYPE, kind.parse().expect("a header value"));
    }
    parse(&headers, &uri.parse().expect("a target"), body)
}

fn refused(kind: &str, uri: &str, body: &[u8]) -> (u16, String) {
    let problem = parsed(Some(kind), uri, body).expect_err("it is refused");
    let detail = format!("{problem:?}");
    (problem.into_response().status().as_u16(), detail)
}

#[test]
fn json_is_a_request_and_any_other_type_is_the_program_itself() {
    let json = br#"{"code":"1","session":"a","wait_ms":5,"persist":null}"#;
    for kind in [
        None,
        Some("application/json"),
        Some("Application/JSON; charset=utf-8"),
        Some("application/x+json"),
    ] {
        let (code, options) = parsed(kind, "/api/exec", json).expect("JSON");
        assert_eq!(
            (code.as_str(), options.session.as_deref(), options.wait_ms),
            ("1", Some("a"), Some(5)),
            "{kind:?}"
        );
    }
    let uri =
        "/api/exec?session=b&execution_timeout_secs=3&heap_memory_max_mb=64&persist=true&wait_ms=0";
    for kind in ["application/javascript", "text/plain", "application/x-www-form-urlencoded", "x"] {
        let (code, options) = parsed(Some(kind), uri, b"{\"code\":1}").expect("a raw body");
        let expected = ExecOptions {
            session: Some("b".into()),
            heap_memory_max_mb: Some(64),
            execution_timeout_secs: Some(3),
            wait_ms: Some(0),
            persist: Some(true),
            heap: None,
            tags: Default::default(),
            file: None,
        };
        assert_eq!((code.as_str(), options), ("{\"code\":1}", expected), "{kind}");
    }
}

#[test]
fn malformed_json_is_refused_with_its_place() {
    let deep = [b"{\"code\":".as_slice(), &b"[".repeat(100_000)].concat();
    for body in [
        &b"{"[..],
        b"",
        b"null",
        b"[]",
        b"{\"code\":1}",
        b"{\"code\":\"1\"} x",
        b"{\"code\":\"1\",\"code\":\"2\"}",
        b"{\"code\":\"1\",\"wait_ms\":-1}",
        b"{\"code\":\"1\",\"wait_ms\":1e99999}",
        b"{\"code\":\"1\",\"wait_ms\":1.5}",
        b"{\"code\":\"1\",\"persist\":\"no\"}",
        b"{\"code\":NaN}",
        b"\xef\xbb\xbf{\"code\":\"1\"}",
        b"{\"code\":\"\xff\"}",
        &deep,
    ] {
        let (status, detail) = refused("application/json", "/", body);
        let shown = String::from_utf8_lossy(&body[..body.len().min(40)]);
        assert_eq!(status, 400, "{shown}");
        assert!(detail.contains(" line ") && detail.contains(" column "), "{shown}: {detail}");
    }
}

#[test]
fn an_unknown_field_is_refused_by_name() {
    let (status, detail) = refused("application/json", "/", br#"{"code":"1","sesion":"a"}"#);
    assert!(status == 400 && detail.contains("sesion") && detail.contains("session"), "{detail}");
    let (status, detail) = refused("text/plain", "/?sesion=a", b"1");
    assert!(status == 400 && detail.contains("sesion"), "{detail}");
    let (status, detail) = refused("text/plain", "/?wait_ms=x", b"1");
    assert!(status == 400 && detail.contains("wait_ms"), "{detail}");
    let (status, detail) = refused("text/plain", "/?session=a&session=b", b"1");
    assert!(status == 400 && detail.contains("session"), "{detail}");
}

#[test]
fn options_of_a_json_request_in_the_query_are_not_ignored() {
    assert_eq!(refused("application/json", "/?wait_ms=5", br#"{"code":"1"}"#).0, 400);
    assert!(parsed(Some("application/json"), "/?", br#"{"code":"1"}"#).is_ok());
}

#[test]
fn a_program_that_is_not_text_is_refused() {
    assert_eq!(refused("text/plain", "/", &[0xff]).0, 400);
    assert_eq!(refused("multipart/form-data; boundary=x", "/", b"1").0, 415);
}

fn target_of(session: Option<&str>, persist: Option<bool>, fields: &[&str]) -> Result<Target, u16> {
    let mut headers = HeaderMap::new();
    for field in fields {
        headers.append(SESSION_HEADER, field.parse().expect("a header value"));
    }
    let options =
        ExecOptions { session: session.map(str::to_owned), persist, ..ExecOptions::default() };
    target(&options, &headers, true).map_err(|problem| problem.into_response().status().as_u16())
}

#[test]
fn the_header_names_the_session_when_the_options_do_not() {
    let named = |name: &str| Ok(Target::Session(name.parse().expect("a name")));
    assert_eq!(target_of(None, None, &[]), Ok(Target::Default));
    assert_eq!(target_of(None, None, &["h"]), named("h"));
    assert_eq!(target_of(Some("o"), Some(true), &["h"]), named("o"));
    assert_eq!(target_of(Some("o"), Some(false), &["h"]), Ok(Target::Fresh));
    let mut headers = HeaderMap::new();
    headers.insert(SESSION_HEADER, "h".parse().expect("a header value"));
    assert_eq!(
        target(&ExecOptions::default(), &headers, false).ok(),
        Some(Target::Default),
        "a stateless server"
    );
}

#[test]
fn a_session_name_that_looks_like_a_path_is_refused() {
    for bad in ["../x", "", "a b", "ä"] {
        assert_eq!(target_of(Some(bad), None, &[]), Err(400), "{bad:?}");
        assert_eq!(target_of(None, None, &[bad]), Err(400), "{bad:?} in the header");
    }
    assert_eq!(target_of(None, None, &["a", "b"]), Err(400), "two headers");
}
