//! The router of one connection: counts requests from their head to the last byte of their answer. It decides nothing.

use super::activity::Activity;
use crate::guarded::Guarded;
use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response, Version};
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tower::Service;

/// A router and the activity it reports to.
#[derive(Clone)]
pub struct Tracked {
    router: Router,
    activity: Arc<Activity>,
}

impl Tracked {
    pub fn new(router: Router, activity: Arc<Activity>) -> Self {
        Self { router, activity }
    }
}

/// The answer to a request, or its future.
type Answering = Pin<Box<dyn Future<Output = Result<Response<AnswerBody>, Infallible>> + Send>>;

impl<B> Service<Request<B>> for Tracked
where
    Router:
        Service<Request<B>, Response = Response<Body>, Error = Infallible, Future: Send + 'static>,
{
    type Response = Response<AnswerBody>;
    type Error = Infallible;
    type Future = Answering;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.router.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Answering {
        let running = Running::begin(&self.activity, request.version() == Version::HTTP_2);
        let answer = self.router.call(request);
        Box::pin(async move {
            let response = answer.await?;
            Ok(response.map(|body| AnswerBody::new(body, running)))
        })
    }
}

/// A request under way; ends when dropped, also with a connection that broke.
pub struct Running(Arc<Activity>);

impl Running {
    fn begin(activity: &Arc<Activity>, multiplexed: bool) -> Self {
        activity.began(multiplexed);
        Self(activity.clone())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.ended();
    }
}

/// The body of an answer, which is under way until it is sent.
type AnswerBody = Guarded<Running>;
