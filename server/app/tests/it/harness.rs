//! What the tests stand on: a server process, clients for its interfaces, and waiting for conditions. No test.

pub mod hostile;
pub mod http;
pub mod process;
pub mod run;
pub mod server;
pub mod stdio;
pub mod streamable;
pub mod wait;

pub use hostile::Hostile;
pub use http::Answer;
pub use run::Run;
pub use server::Server;
