//! Limits of the server process itself.

/// Lets the process open as many descriptors as the system allows: each connection and each worker takes some.
pub fn raise_descriptors() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let known = getrlimit(Resource::Nofile);
    let wanted = Rlimit { current: known.maximum, maximum: known.maximum };
    if let Err(error) = setrlimit(Resource::Nofile, wanted) {
        tracing::debug!(%error, "the limit of open descriptors stays as it is");
    }
}
