//! A client of the REST interface of mcp-v8: run programs, follow what they print, read what they left.
//!
//! Most of it is written by a generator from the OpenAPI document ([`Client`]'s methods and [`types`]); by hand is what
//! that cannot express: running a program ([`Client::run`], [`Client::submit`]), its output as it appears
//! ([`Client::follow`]), heaps by tags. It speaks to a server and contains none.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use mcp_v8_client::{Options, types::ExecRequest};
//!
//! let client = Options::new("http://127.0.0.1:8080").connect()?;
//! let request = ExecRequest { code: Some("6 * 7".to_owned()), ..ExecRequest::default() };
//! let execution = client.run(&request).await?;
//! assert_eq!(execution.result, Some(42.into()));
//! # Ok(())
//! # }
//! ```
#![forbid(unsafe_code)]

mod error;
mod exec;
mod follow;
#[rustfmt::skip]
#[allow(clippy::all, clippy::unwrap_used, irrefutable_let_patterns, unused_imports, dead_code, mismatched_lifetime_syntaxes)]
mod generated;
mod heaps;
mod options;

pub use error::{Error, describe};
pub use exec::Submitted;
pub use follow::{FollowError, Followed};
pub use generated::{Client, types};
pub use options::{ConnectError, Options};
pub use progenitor_client::{ByteStream, ResponseValue};
