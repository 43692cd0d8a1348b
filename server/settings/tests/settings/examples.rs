//! The shipped examples: each loads, and is what its name says.

use crate::support::{Setup, config_folder};
use mcp_v8_settings::{BlobStore, Jail, Location, LogFormat, Settings};

fn example(name: &str) -> Settings {
    let path = config_folder().join("examples").join(name);
    let mut setup = Setup::without_file();
    setup.sources.file = Some(path);
    setup.settings()
}

#[test]
fn laptop_stdio_is_stdio_without_a_listener() {
    let settings = example("laptop-stdio.toml");
    assert!(settings.transport.stdio.enabled && settings.transport.http.is_none());
    assert!(settings.sessions.enabled);
}

#[test]
fn http_loopback_listens_on_loopback_only() {
    let settings = example("http-loopback.toml");
    let listen = settings.transport.http.unwrap().listen;
    assert!(listen.len() == 2 && listen.iter().all(|address| address.ip().is_loopback()));
    assert!(!settings.transport.stdio.enabled);
}

#[test]
fn stateless_keeps_nothing() {
    let settings = example("stateless.toml");
    assert!(!settings.sessions.enabled);
    assert_eq!(settings.storage.location, Location::Memory);
    assert_eq!((settings.storage.blobs, settings.storage.key_file), (BlobStore::Memory, None));
}

#[test]
fn hosted_requires_the_jail_and_stays_behind_its_proxy() {
    let settings = example("hosted.toml");
    let http = settings.transport.http.unwrap();
    assert!(!http.allow_public_without_auth && !http.allowed_hosts.is_empty());
    let auth = settings.auth.unwrap();
    assert!(auth.jwt.is_some() && auth.tokens.is_empty());
    assert_eq!(settings.quotas.unwrap().runs_per_minute, 120);
    assert_eq!(settings.workers.jail, Jail::Required);
    assert_eq!(settings.log.format, LogFormat::Journald);
}

#[test]
fn every_example_has_a_test_here() {
    let mut names: Vec<_> = std::fs::read_dir(config_folder().join("examples"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, ["hosted.toml", "http-loopback.toml", "laptop-stdio.toml", "stateless.toml"]);
}
