//! The server's side of `fetch`: look-up, address floor, decision, request, redirects, and bodies piece by piece. Not
//! the Fetch API of scripts: that is JavaScript in the worker.
//!
//! One request goes: parse -> (look up -> floor -> policy -> headers of the operator -> send)* -> read. The part in
//! brackets is done again for every redirect.

mod body;
mod client;
mod connections;
mod content;
mod error;
mod exchange;
mod floor;
mod inject;
mod oauth;
mod ranges;
mod redact;
mod redirect;
mod request;
mod resolver;
mod run;

pub use client::{FetchClient, FetchClientError};
pub use connections::{Connections, SendError};
pub use floor::{Floor, Forbidden};
pub use inject::Injected;
pub use resolver::{Resolve, ResolveFuture, SystemResolver};
pub use run::FetchRun;

pub(crate) use body::{OverTotal, Total};
pub(crate) use client::Unreachable;
pub(crate) use resolver::fits;
