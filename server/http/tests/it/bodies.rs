//! Bodies that are too large, encoded, or broken off.

use crate::fake::Fake;
use crate::surface::{http, post, surface};
use axum::body::{Body, Bytes};
use http_body::Frame;
use mcp_v8_settings::Http;
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

/// A body of so many pieces of 1 KiB, whose length is not known before.
struct Chunked(usize);

impl http_body::Body for Chunked {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let Some(left) = self.0.checked_sub(1) else { return Poll::Ready(None) };
        self.0 = left;
        Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(&[b' '; 1024])))))
    }
}

fn small(fake: &Fake) -> Http {
    Http { max_body_bytes: 8192, ..http(fake) }
}

const RAW: &[(&str, &str)] = &[("content-type", "text/plain")];

#[tokio::test]
async fn a_body_with_and_without_a_length_is_taken_up_to_the_limit_and_not_beyond() {
    let fake = Fake::new();
    let router = surface(&fake, small(&fake));
    for path in ["/api/exec", "/mcp"] {
        for (kib, good) in [(8, true), (9, false)] {
            for body in [Body::from(vec![b' '; kib << 10]), Body::new(Chunked(kib))] {
                let answer = post(&router, path, RAW, body).await;
                if good {
                    assert!(answer.status < 300, "{path} {kib}: {answer:?}");
                } else {
                    let detail = answer.problem(413, "limit.size");
                    assert!(
                        detail.contains("8192") && detail.contains("transport.http.max_body_bytes"),
                        "{detail}"
                    );
                }
            }
        }
    }
    assert_eq!(fake.asked().submitted.len(), 2);
}

#[tokio::test]
async fn a_length_that_is_too_large_is_refused_before_a_byte_is_read() {
    let fake = Fake::new();
    let router = surface(&fake, small(&fake));
    for path in ["/api/exec", "/mcp", "/api/version", "/nope"] {
        let headers = [("content-type", "text/plain"), ("content-length", "18446744073709551615")];
        post(&router, path, &headers, "").await.problem(413, "limit.size");
    }
}

#[tokio::test]
async fn encoded_bodies_are_refused_on_every_route() {
    let fake = Fake::new();
    let router = surface(&fake, small(&fake));
    for path in ["/api/exec", "/mcp", "/nope"] {
        for coding in ["gzip", "br", "zstd", "deflate", "identity, gzip", "x"] {
            let headers = [("content-type", "text/plain"), ("content-encoding", coding)];
            post(&router, path, &headers, "1").await.problem(415, "error.request");
        }
        let twice = [("content-encoding", "identity"), ("content-encoding", "gzip")];
        post(&router, path, &twice, "1").await.problem(415, "error.request");
    }
    let headers = [("content-type", "text/plain"), ("content-encoding", "Identity")];
    assert_eq!(post(&router, "/api/exec", &headers, "1").await.status, 202);
}
