//! The configuration as its users meet it: files, variables and flags in, settings or diagnostics out.
// All of this is test code; clippy's own exemption covers only the functions marked as tests.
#![allow(clippy::unwrap_used)]

mod auth;
mod contradictions;
mod defaults;
mod drift;
mod environment;
mod examples;
mod fetch;
mod files;
mod filesystem;
mod keys;
mod listeners;
mod metrics;
mod modules;
mod mutation;
mod mutations;
mod paths;
mod policies;
mod precedence;
mod quotas;
mod storage;
mod subprocess;
mod support;
mod upstream;
mod values;
mod wasm;
mod websocket;
