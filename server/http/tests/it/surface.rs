//! The router over the fake, asked without a socket. Every answer is checked for what all answers have.

use crate::fake::Fake;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{Method, Request, Response, StatusCode, header};
use mcp_v8_http::{Executions as _, Parts, mount, router};
use mcp_v8_settings::Http;
use serde_json::Value;
use std::convert::Infallible;
use tower::{ServiceExt as _, service_fn};

/// Settings of the listener of the fake.
pub fn http(fake: &Fake) -> Http {
    fake.settings().transport.http.clone().expect("the fake has a listener")
}

/// Every route, with an MCP endpoint that gives back the body it gets.
pub fn surface(fake: &Fake, http: Http) -> Router {
    let echo = service_fn(|request: Request<Body>| async move {
        let body = axum::body::to_bytes(request.into_body(), usize::MAX).await;
        let status = if body.is_ok() { StatusCode::OK } else { StatusCode::BAD_REQUEST };
        let mut response = Response::new(Body::from(body.unwrap_or_default()));
        *response.status_mut() = status;
        Ok::<_, Infallible>(response)
    });
    router(Parts {
        service: fake.clone(),
        auth: None,
        event_streams: None,
        http,
        mcp: mount(echo),
        version: "1.2.3",
        counters: Some(std::sync::Arc::new(|| "# EOF\n".to_owned())),
    })
}

/// An answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub response: Response<()>,
    pub body: Bytes,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error} in {:?}", self.body))
    }

    pub fn header(&self, name: impl header::AsHeaderName) -> Option<&str> {
        self.response.headers().get(name).map(|value| value.to_str().expect("text"))
    }

    /// Checks that this is a problem of this status and code (RFC 9457) and returns what it says.
    #[track_caller]
    pub fn problem(&self, status: u16, code: &str) -> String {
        assert_eq!(self.header(header::CONTENT_TYPE), Some("application/problem+json"), "{self:?}");
        let body = self.json();
        assert_eq!((self.status, &body["code"]), (status, &Value::from(code)), "{body}");
        assert_eq!(body["status"], status, "{body}");
        assert_eq!(body["type"], "about:blank");
        assert!(body["title"].as_str().is_some_and(|title| !title.is_empty()), "{body}");
        assert_eq!(body["detail"], body["error"]);
        assert_eq!(body.as_object().map(serde_json::Map::len), Some(6), "{body}");
        body["detail"].as_str().expect("text").to_owned()
    }
}

/// Sends a request and checks the headers that every answer has.
pub async fn send(router: &Router, request: Request<Body>) -> Answer {
    let Ok(response) = router.clone().oneshot(request).await;
    let (parts, body) = response.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.expect("the body is whole");
    let answer =
        Answer { status: parts.status.as_u16(), response: Response::from_parts(parts, ()), body };
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{answer:?}");
    let id = answer.header("x-request-id").expect("a request id");
    assert_eq!(id.len(), 36, "{id}");
    let foreign =
        answer.response.headers().keys().any(|name| name.as_str().starts_with("access-control-"));
    assert!(!foreign, "no answer invites other origins: {answer:?}");
    answer
}

/// A request for localhost.
pub fn request(
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
    body: impl Into<Body>,
) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(path);
    if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
        request = request.header(header::HOST, "localhost");
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(body.into()).expect("a request")
}

pub async fn get(router: &Router, path: &str) -> Answer {
    send(router, request(Method::GET, path, &[], Body::empty())).await
}

pub async fn post(
    router: &Router,
    path: &str,
    headers: &[(&str, &str)],
    body: impl Into<Body>,
) -> Answer {
    send(router, request(Method::POST, path, headers, body)).await
}

/// Posts JSON to `/api/exec`.
pub async fn exec(router: &Router, body: Value) -> Answer {
    post(router, "/api/exec", &[("content-type", "application/json")], body.to_string()).await
}
