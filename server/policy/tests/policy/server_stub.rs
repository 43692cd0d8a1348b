//! A policy server on the loopback interface that answers as it is told. Not a test.

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use std::sync::{Arc, Mutex};

/// How the stub answers.
#[derive(Clone, Debug)]
pub enum Answer {
    Json(&'static str),
    Status(u16, &'static str),
    Redirect(String),
    OfType(&'static str, &'static str),
    /// Never.
    Silence,
    /// A first byte, and no end.
    Endless,
}

#[derive(Clone)]
struct Stub {
    answer: Answer,
    asked: Arc<Mutex<Vec<(String, String)>>>,
}

/// A server that runs until it is dropped.
pub struct PolicyServer {
    pub url: String,
    asked: Arc<Mutex<Vec<(String, String)>>>,
    task: tokio::task::JoinHandle<()>,
}

impl PolicyServer {
    pub async fn start(answer: Answer) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let app =
            axum::Router::new().fallback(respond).with_state(Stub { answer, asked: asked.clone() });
        let task = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { url, asked, task }
    }

    /// Path and body of every request so far.
    pub fn asked(&self) -> Vec<(String, String)> {
        self.asked.lock().unwrap().clone()
    }
}

impl Drop for PolicyServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn respond(State(stub): State<Stub>, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let kind = headers.get("content-type").map(|kind| kind.to_str().unwrap().to_owned());
    assert_eq!(kind.as_deref(), Some("application/json"));
    let body = String::from_utf8(body.to_vec()).unwrap();
    let is_reasons = uri.path().ends_with("/reasons");
    stub.asked.lock().unwrap().push((uri.path().to_owned(), body));
    let json = |text: &'static str| ([("content-type", "application/json")], text).into_response();
    match stub.answer {
        Answer::Json(_) if is_reasons => json(r#"{"result": ["the server says no", 3]}"#),
        Answer::Json(text) => json(text),
        Answer::Status(status, text) => {
            (StatusCode::from_u16(status).unwrap(), json(text)).into_response()
        }
        Answer::Redirect(to) => {
            (StatusCode::TEMPORARY_REDIRECT, [("location", to)]).into_response()
        }
        Answer::OfType(kind, text) => ([("content-type", kind)], text).into_response(),
        Answer::Silence => std::future::pending().await,
        Answer::Endless => {
            let part = || Some((Ok::<_, std::io::Error>(Bytes::from_static(&[b' '; 8192])), ()));
            let endless = futures::stream::unfold((), move |()| async move { part() });
            ([("content-type", "application/json")], Body::from_stream(endless)).into_response()
        }
    }
}
