//! The server's side of `import`: what a specifier stands for, a decision for every edge and hop, and the module from the
//! cache or the network. Not the graph: a worker links it, and parses what is answered here.
//!
//! One edge goes: parse -> (policy, cache | look up -> floor -> policy -> send)* -> size, type, hash -> answer. The part in
//! brackets is done again for every redirect, and for the metadata of a `jsr:` package.

mod cache;
mod client;
mod error;
mod graph;
mod jsr;
mod lock;
mod media;
mod obtain;
mod run;
mod specifier;

pub use client::{ModuleClient, ModuleClientError};
pub use run::ModuleRun;
