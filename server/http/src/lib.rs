//! The HTTP surface: listeners, the checks in front of every route, REST, OpenAPI, health.
//!
//! The only crate that knows axum. It renders executions and decides nothing about them (that is `executions`); MCP
//! comes in as an opaque service.
#![forbid(unsafe_code)]

mod access;
mod artifacts;
mod bind;
mod executions;
mod guarded;
mod layer;
mod problem;
mod rest;
mod router;
mod serve;
mod states;
mod view;

pub use artifacts::Artifacts;
pub use bind::{BindError, adopt, bind};
pub use executions::{Answer, Executions};
pub use rest::metrics::Counters;
pub use rest::openapi::openapi;
pub use router::{Parts, metrics_router, mount, router};
pub use serve::serve;
pub use states::States;
