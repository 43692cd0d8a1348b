//! The policy crate as the server and an operator meet it: configuration and requests in, decisions out.
// All of this is test code; clippy's own exemption covers only the functions marked as tests.
#![allow(clippy::unwrap_used)]

mod audit;
mod decisions;
mod explaining;
mod foreseeing;
mod inputs;
mod limits;
mod loading;
mod peer;
mod reloading;
mod requests;
mod server_stub;
mod servers;
mod shipped;
mod support;
mod testing;
