//! Files of scripts: calls in, answers out, beneath the operator's roots. Not the API that scripts see: that is
//! JavaScript over these calls.
//!
//! One call is three steps. *Look*: the path is resolved beneath its root to a descriptor that opens nothing (`O_PATH`),
//! or to the directory and the name where something would be made. *Judge*: the policy gets the real path, read from
//! that descriptor. *Act*: on that same descriptor, or on that directory and name without following a link; the path is
//! never resolved again. What does not exist is judged too, so that a denial does not tell what is there.
//!
//! - A root is one file system: what is mounted beneath it is not part of it. A symbolic link leads only where a
//!   relative path without leaving the root would; an absolute one is refused.
//! - Of roots inside of one another the innermost counts, by the real path.
//! - A hard link is the file itself: what the operator links into a root, or leaves linked elsewhere, is in the root. The
//!   policy sees the name that was used. Scripts cannot make hard links.
//! - Only regular files and directories are opened. Files are made with mode 0600 and directories with 0700, or with what
//!   the script says, of which only the permission bits count, less the server's umask.
//! - A link's target must lead beneath the root where it is made. When the link is moved it may lead elsewhere: scripts
//!   cannot follow it out, other programs can.

mod act;
mod beneath;
mod budget;
mod errno;
mod fault;
mod handles;
mod itself;
mod listing;
mod place;
mod plan;
mod root;
mod run;
mod server;
mod walk;

pub use run::FileRun;
pub use server::{FileServer, OpenError};
