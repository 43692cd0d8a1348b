//! What a person alone on a laptop gets, with no file at all.

use crate::support::{Setup, reference_in_full};
use mcp_v8_settings::{
    BlobStore, Cgroup, Jail, Location, LogFormat, SaveWhen, SessionKind, Sources, load, reference,
};
use std::path::Path;
use std::time::Duration;

const MIB: u64 = 1 << 20;

#[test]
fn without_a_file_there_is_stdio_and_a_state_directory_and_no_listener() {
    let settings = Setup::without_file().settings();
    assert!(settings.transport.stdio.enabled);
    assert_eq!(settings.transport.http, None);
    let state = Path::new("/home/someone/.local/state/mcp-v8");
    assert_eq!(settings.storage.location, Location::Directory(state.to_owned()));
    assert_eq!(settings.storage.blobs, BlobStore::Directory);
    assert_eq!(settings.storage.key_file, Some(state.join("keys")));
    assert!(!settings.storage.encrypt);
    assert_eq!(settings.server.name, "mcp-v8");
    assert_eq!(settings.server.instructions, None);
    assert!(settings.sessions.enabled);
    assert_eq!(settings.sessions.default, "default");
    assert_eq!(settings.sessions.kind, SessionKind::Values);
    assert_eq!(settings.sessions.checkpoint, SaveWhen::EveryRun);
    assert_eq!((settings.log.level.as_str(), settings.log.format), ("info", LogFormat::Auto));
    assert_eq!((settings.workers.jail, settings.workers.cgroup), (Jail::Auto, Cgroup::Auto));
}

#[test]
fn every_default_limit_is_the_documented_number_in_its_unit() {
    let settings = Setup::without_file().settings();
    let (limits, workers) = (&settings.limits, &settings.workers);
    assert_eq!(limits.execution_timeout, Duration::from_secs(30));
    assert_eq!(limits.max_execution_timeout, Duration::from_secs(300));
    assert_eq!(limits.cpu, Duration::from_secs(300));
    assert_eq!((limits.heap_bytes, limits.buffer_bytes), (256 * MIB, 256 * MIB));
    assert_eq!((limits.output_bytes, limits.result_bytes), (16 * MIB, MIB));
    assert_eq!((limits.inline_output_bytes, limits.source_bytes), (16 << 10, 2 * MIB));
    assert_eq!(limits.sync_wait, Duration::from_secs(20));
    assert_eq!((limits.queued_runs, limits.queued_runs_per_tenant), (1024, 256));
    assert_eq!((limits.artifact_bytes, limits.artifacts_bytes), (16 << 20, 64 << 20));
    assert_eq!((limits.artifacts, limits.inline_artifact_bytes), (64, 1 << 20));
    assert!((2..=64).contains(&workers.concurrent_runs));
    assert_eq!((workers.ready, workers.max, workers.runs_per_worker), (2, 64, 1000));
    assert_eq!(workers.start_timeout, Duration::from_secs(10));
    assert_eq!(workers.terminate_grace, Duration::from_millis(250));
    assert_eq!(workers.memory_bytes, 1024 * MIB);
    assert_eq!((workers.cgroup_memory_bytes, workers.cgroup_tasks), (1088 * MIB, 64));
    assert_eq!(settings.sessions.idle_ttl, Duration::from_secs(900));
    assert_eq!(settings.sessions.max_live, 32);
    assert_eq!(settings.sessions.max_live_memory_bytes, 2048 * MIB);
    assert_eq!(settings.storage.max_executions, 10_000);
    assert_eq!(settings.storage.max_age, Duration::from_secs(7 * 24 * 3600));
    assert_eq!(settings.storage.max_output_bytes_total, 1024 * MIB);
    assert_eq!(settings.storage.max_heap_age, Duration::from_secs(30 * 24 * 3600));
    assert_eq!(settings.storage.max_heaps_per_session, 100);
    assert_eq!(settings.storage.max_heap_bytes_total, 10 * 1024 * MIB);
}

#[test]
fn an_empty_http_section_listens_on_loopback_and_switches_stdio_off() {
    let settings = Setup::file("[transport.http]").settings();
    let http = settings.transport.http.unwrap();
    assert!(!settings.transport.stdio.enabled);
    assert_eq!(http.listen, ["127.0.0.1:8080".parse().unwrap()]);
    assert_eq!((http.allowed_hosts, http.allowed_origins), (vec![], vec![]));
    assert_eq!(
        (http.max_body_bytes, http.max_connections, http.max_sessions),
        (4 * MIB, 1024, 1000)
    );
    assert_eq!((http.max_head_bytes, http.max_head_fields), (64 << 10, 100));
    assert_eq!(http.max_requests_per_connection, 128);
    assert_eq!(http.header_timeout, Duration::from_secs(10));
    assert_eq!(http.idle_timeout, Duration::from_secs(75));
    assert_eq!(http.session_idle, Duration::from_secs(3600));
    assert!(!http.allow_public_without_auth);
}

#[test]
fn an_empty_file_and_the_reference_say_the_same_as_no_file() {
    let none = Setup::without_file().settings();
    assert_eq!(Setup::file("").settings(), none);
    assert_eq!(Setup::file(reference()).settings(), none);
}

#[test]
fn the_reference_with_everything_switched_on_loads() {
    let settings = Setup::file(reference_in_full()).settings();
    assert!(settings.transport.stdio.enabled && settings.transport.http.is_some());
    assert_eq!(settings.workers.concurrent_runs, 4);
}

#[test]
fn the_state_directory_follows_systemd_then_xdg_then_home() {
    let sources = |names: &[(&str, &str)]| Sources {
        env: names.iter().map(|(name, text)| (name.to_string(), text.to_string())).collect(),
        ..Sources::default()
    };
    let cases: [(&[(&str, &str)], &str); 5] = [
        (&[("HOME", "/h"), ("XDG_STATE_HOME", "/x"), ("STATE_DIRECTORY", "/s")], "/s"),
        (&[("STATE_DIRECTORY", "/s/one:/s/two")], "/s/one"),
        (&[("HOME", "/h"), ("XDG_STATE_HOME", "/x")], "/x/mcp-v8"),
        (&[("HOME", "/h"), ("XDG_STATE_HOME", "relative")], "/h/.local/state/mcp-v8"),
        (&[("HOME", "/h"), ("STATE_DIRECTORY", "")], "/h/.local/state/mcp-v8"),
    ];
    for (env, expected) in cases {
        let location = load(&sources(env)).unwrap().storage.location;
        assert_eq!(location, Location::Directory(expected.into()), "{env:?}");
    }
    let message = load(&Sources::default()).unwrap_err().to_string();
    assert!(message.starts_with("default: storage.path: there is no default"), "{message}");
    let memory =
        Sources { flags: vec![("storage.kind".into(), "none".into())], ..Sources::default() };
    assert_eq!(load(&memory).unwrap().storage.location, Location::Memory);
}
