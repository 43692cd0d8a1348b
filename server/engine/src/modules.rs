//! Imports, from the worker's side: what a specifier is relative to, which edge of the graph is new, and the module that
//! the server answered with. The server decides, and fetches.

mod edges;
mod loader;
pub mod node;
mod source;
mod tools;

pub use loader::Loader;
