//! The life of an execution: admission, queue, session, worker, output, end. The application layer.
//!
//! It knows no protocol (that is `mcp` and `http`), no V8 (`engine`) and no SQL (`storage`). A failing script is an
//! outcome that is stored; an error here means that there is no execution to speak of.
#![forbid(unsafe_code)]

mod active;
mod checkpoints;
mod clamp;
mod description;
mod dispatch;
mod ends;
mod error;
mod fork;
mod hosts;
mod live;
mod queue;
mod request;
mod retention;
mod run;
mod service;
mod sessions;

pub use checkpoints::{CheckpointError, Checkpoints, Collected};
pub use description::{Description, Failure};
pub use error::{LookupError, SubmitError};
pub use hosts::Hosts;
pub use mcp_v8_storage::{
    ListPage, ListQuery, OutputPage, PageRequest, Record, Status, Timestamp, UnknownStatus,
};
pub use request::{Request, Target};
pub use service::{Load, Service};
