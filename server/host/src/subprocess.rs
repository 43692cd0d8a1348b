//! Child processes of scripts: calls in, answers out. Not the API that scripts see: that is JavaScript over these calls.
//!
//! One start is three steps. *Look*: the command is resolved to the file that would run, the working directory to a
//! descriptor, the environment to all that the child will get. *Judge*: the policy gets exactly these. *Act*: a keeper
//! process, this very binary, starts the file by the descriptor that was judged, and ends with all that came of it.
//!
//! - The keeper has namespaces of its own for processes, users, mounts and the network, as far as this kernel gives
//!   them, so that a child neither sees nor signals anything outside; and Landlock for files. Its end is the end of every
//!   process in it, also of those that left their group or their parent.
//! - The keeper ends when the child does, when the run does, and when the server does: what is left then is killed.
//! - A child has the three standard descriptors and no other. What is not piped is /dev/null.
//! - A script that begins with `#!` is started by its path, because its interpreter opens it again: between decision and
//!   start it can be replaced by whoever may write there. Programs are started by descriptor.

mod child;
mod environment;
mod fault;
#[cfg(target_os = "linux")]
pub mod keeper;
mod order;
mod resolve;
mod run;
mod server;

pub use run::ChildRun;
pub use server::ChildServer;
