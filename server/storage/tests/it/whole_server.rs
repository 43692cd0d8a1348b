//! The built program with its checkpoints in a bucket, which is why these are here: the bucket is. They need the
//! program and run with `cargo xtask s3`, or by hand:
//! MCP_V8_BIN=<mcp-v8> cargo test --release -p mcp-v8-storage --test it -- --ignored whole_server

use crate::harness::server::{Server, binary};
use crate::{proxy::*, s3_faults::fault, s3_server};
use serde_json::Value;
use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};
use tempfile::TempDir;

const COUNT: &str = "globalThis.n = (globalThis.n ?? 0) + 1";
const SESSIONS: usize = 3;
const RUNS: usize = 90;

/// A place for a database and a cache, beside a bucket.
struct Place {
    folder: TempDir,
    settings: Vec<String>,
}

impl Place {
    fn new(bucket: &s3_server::Server, address: SocketAddr) -> Self {
        let folder = TempDir::new().expect("a temporary directory");
        let file = |name: &str| bucket.dir.path().join(name).display().to_string();
        let settings = vec![
            "storage.kind=s3".to_owned(),
            format!("storage.s3.bucket={}", s3_server::BUCKET),
            "storage.s3.prefix=state".to_owned(),
            format!("storage.s3.endpoint=http://{address}"),
            "storage.s3.force_path_style=true".to_owned(),
            format!("storage.s3.access_key_id_file={}", file("access_key_id")),
            format!("storage.s3.secret_access_key_file={}", file("secret_access_key")),
            "storage.s3.attempt_timeout_secs=3".to_owned(),
            // A session's next run starts from the bucket, or from the cache.
            "sessions.max_live=1".to_owned(),
        ];
        Self { folder, settings }
    }

    fn cached(mut self) -> Self {
        self.settings.push(format!("storage.cache.path={}", self.cache().display()));
        self
    }

    fn cache(&self) -> PathBuf {
        self.folder.path().join("cache")
    }

    fn state(&self) -> String {
        self.folder.path().join("state").display().to_string()
    }

    fn start(&self) -> Server {
        let settings: Vec<&str> = self.settings.iter().map(String::as_str).collect();
        let home = TempDir::new().expect("a temporary directory");
        Server::start_in(home, &settings, &["--directory-path", &self.state()])
    }

    /// What a server says that does not start.
    fn refused(&self) -> String {
        let mut command = Command::new(binary());
        command.args(["--http-port", "0", "--directory-path", &self.state()]).stdin(Stdio::null());
        for setting in &self.settings {
            command.args(["--set", setting]);
        }
        let output = command.output().expect("it can be started");
        assert!(!output.status.success(), "it started");
        String::from_utf8_lossy(&output.stderr).into_owned()
    }
}

fn files(folder: &Path) -> usize {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| if entry.path().is_dir() { files(&entry.path()) } else { 1 }).sum()
}

fn counted(run: &Value) -> i64 {
    run["result"].as_i64().unwrap_or_else(|| panic!("{run}"))
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the program: run by `cargo xtask s3`, which is part of `cargo xtask test`"]
async fn sessions_in_a_bucket_outlive_the_server_and_its_cache() {
    let bucket = s3_server::Server::start().await;
    let place = Place::new(&bucket, bucket.address).cached();
    let mut server = place.start();
    for (session, n) in [("a", 1), ("b", 1), ("a", 2)] {
        let run = server.run_in(session, COUNT);
        assert_eq!((counted(&run), run["lost"].is_null()), (n, true), "{run}");
    }
    // Three states; the first one of `a` and that of `b` are the same, and with it the blob.
    assert!(files(&place.cache()) >= 2, "positive control: there is a cache");
    assert!(!place.folder.path().join("state/heaps").exists(), "nothing is kept beside the bucket");
    server.signal("TERM");
    assert_eq!(server.wait(), Some(0));
    fs::remove_dir_all(place.cache()).expect("it is ours");
    let server = place.start();
    let run = server.run_in("a", COUNT);
    assert_eq!((counted(&run), run["lost"].is_null()), (3, true), "{run}");
    assert_eq!(counted(&server.run_in("b", COUNT)), 2);
    assert!(files(&place.cache()) > 0, "what was read is in the cache again");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the program: run by `cargo xtask s3`, which is part of `cargo xtask test`"]
async fn a_second_server_with_another_database_does_not_start_on_the_same_prefix() {
    let bucket = s3_server::Server::start().await;
    let (first, second) =
        (Place::new(&bucket, bucket.address), Place::new(&bucket, bucket.address));
    let mut server = first.start();
    assert_eq!(counted(&server.run_in("s", COUNT)), 1);
    let said = second.refused();
    for part in ["s3://heaps/state/owner", "storage.s3.prefix"] {
        assert!(said.contains(part), "{said}");
    }
    server.signal("KILL");
    server.wait();
    let server = first.start();
    assert_eq!(counted(&server.run_in("s", COUNT)), 2, "its own prefix is open to it");
}

/// What was said of a session.
#[derive(Clone, Copy, Default)]
struct Told {
    acknowledged: i64,
    /// Runs since whose end is not known: each may have been stored or not.
    open: i64,
}

impl Told {
    fn allows(&self, n: i64, more: i64) -> bool {
        (self.acknowledged + more..=self.acknowledged + more + self.open).contains(&n)
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the program: run by `cargo xtask s3`, which is part of `cargo xtask test`"]
async fn with_a_third_of_the_requests_harmed_no_acknowledged_run_is_lost_or_wrong() {
    let seed = std::env::var("MCP_V8_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1);
    eprintln!("MCP_V8_SEED={seed}");
    let bucket = s3_server::Server::start().await;
    let harmful = Arc::new(AtomicBool::new(false));
    let on = harmful.clone();
    let plan = move |number, _: &str| match on.load(Ordering::Relaxed) {
        true => fault(seed, number),
        false => Fault::None,
    };
    let proxy = Proxy::start(bucket.address, plan).await;
    let place = Place::new(&bucket, proxy.address);
    let mut server = place.start();
    harmful.store(true, Ordering::Relaxed);
    let calm = proxy.requests.load(Ordering::Relaxed);

    let (mut told, mut stored) = ([Told::default(); SESSIONS], 0);
    for run in 0..RUNS {
        let (session, told) = (format!("s{}", run % SESSIONS), &mut told[run % SESSIONS]);
        let run = server.run_in(&session, COUNT);
        if run["status"] == "completed" && run["heap"].is_string() {
            assert!(told.allows(counted(&run), 1), "{session}: {run}");
            *told = Told { acknowledged: counted(&run), open: 0 };
            stored += 1;
        } else {
            assert_eq!(run["error"]["code"], "error.storage", "{session}: {run}");
            told.open += 1;
        }
    }
    let requests = proxy.requests.load(Ordering::Relaxed) - calm;
    let harmed = proxy.harmed.load(Ordering::Relaxed);
    eprintln!("{RUNS} runs, {stored} stored, {harmed} of {requests} requests harmed");
    assert!(harmed * 100 >= requests * 20, "the proxy did its work: {harmed} of {requests}");
    assert!(stored * 100 >= RUNS * 80, "retries did theirs: {stored}");

    harmful.store(false, Ordering::Relaxed);
    server.signal("KILL");
    server.wait();
    let server = place.start();
    for (number, told) in told.iter().enumerate() {
        let run = server.run_in(&format!("s{number}"), "globalThis.n ?? 0");
        assert!(told.allows(counted(&run), 0), "s{number}: {run}");
    }
}
