//! `fetch` as a run uses it, against servers on loopback that the tests start.
// All of this is test code; clippy's own exemption covers only the functions marked as tests.
#![allow(clippy::unwrap_used)]

mod closing;
mod egress;
mod inject;
mod limits;
mod oauth;
mod policy;
mod redirects;
mod requests;
mod server;
mod streams;
mod support;
mod tls;
