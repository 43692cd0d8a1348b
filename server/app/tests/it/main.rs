//! Black-box tests: the real binary over its real interfaces. No server code is linked here, so nothing links V8.

mod harness;
mod mcp;
mod security_engine;
mod security_host;
mod security_output;
mod specs;
