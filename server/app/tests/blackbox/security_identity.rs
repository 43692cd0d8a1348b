//! Who callers are: group A of the threat catalogue. Every refusal stands beside the same request with a good token.

mod issuer;
mod routes;
mod tokens;

use crate::harness::issuer::{Issuer, SigningKey};
use crate::harness::server::{SMALL, Server, binary};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// A server that takes the tokens of this issuer.
fn serve(issuer: &Issuer, more: &[&str]) -> Server {
    let own = issuer.settings();
    let all: Vec<&str> = SMALL
        .iter()
        .copied()
        .chain(own.iter().map(String::as_str))
        .chain(more.iter().copied())
        .collect();
    Server::start(&all)
}

/// An issuer with one key, and a server that takes its tokens.
fn with_one_key(more: &[&str]) -> (Issuer, SigningKey, Server) {
    let key = SigningKey::ec("one");
    let issuer = Issuer::start(&[&key]);
    let server = serve(&issuer, more);
    (issuer, key, server)
}

/// What a server says that does not start, and how long it took.
fn refused_start(settings: &[String]) -> (String, Duration) {
    let home = tempfile::tempdir().expect("a temporary directory");
    let mut command = Command::new(binary());
    command.args(["--http-port", "0", "--set", "storage.kind=none"]);
    command.env("XDG_STATE_HOME", home.path()).stdin(Stdio::null());
    for setting in settings {
        command.args(["--set", setting]);
    }
    let begun = Instant::now();
    let output = command.output().expect("it runs");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success(), "it started: {said}");
    assert!(!said.contains("panicked"), "{said}");
    (said, begun.elapsed())
}
