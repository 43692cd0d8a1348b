//! What survives SIGKILL. The victim is this test binary once more, running only `victim`.

use crate::support::*;
use mcp_v8_sandbox::{ExecutionId, Outcome, StopReason};
use mcp_v8_storage::{Location, Status, Store};
use std::{
    io::{BufRead, BufReader, Write},
    path::PathBuf,
    process::{Command, Stdio},
};
use tempfile::TempDir;

const DIR: &str = "MCP_V8_STORAGE_CRASH_DIR";
const READY: &str = "ready to be killed:";

#[tokio::test]
#[ignore = "only a part of what_was_confirmed_survives_the_death_of_the_process"]
async fn victim() {
    let Some(dir) = std::env::var_os(DIR) else { return };
    let store = Store::open(&Location::Dir(PathBuf::from(dir))).expect("an unused directory");
    let done = finished(&store, "done\n").await;
    let active = running(&store).await;
    store.append_output(active, "seen".to_owned());
    printed(&store, active, 4).await;
    let queued = ExecutionId::generate();
    store.submitted(new(queued)).await.expect("a new id");
    writeln!(std::io::stdout(), "{READY}{done},{active},{queued}").expect("the parent listens");
    // Until it is killed; or until the parent has died before that, and with it the other end of the pipe.
    let _ = std::io::stdin().read_line(&mut String::new());
}

#[tokio::test]
async fn what_was_confirmed_survives_the_death_of_the_process() {
    let dir = TempDir::new().expect("a temporary directory");
    let mut victim = Command::new(std::env::current_exe().expect("this binary"))
        .args(["crash::victim", "--exact", "--ignored", "--nocapture"])
        .env(DIR, dir.path().join("state"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("this binary runs");
    let output = BufReader::new(victim.stdout.take().expect("it is piped"));
    let ids: Option<Vec<ExecutionId>> = output.lines().map_while(Result::ok).find_map(|line| {
        let (_, ids) = line.split_once(READY)?;
        ids.split(',').map(|id| id.parse().ok()).collect()
    });
    assert!(Store::open(&location(&dir)).is_err(), "the victim holds the lock");
    victim.kill().expect("it is ours");
    victim.wait().expect("it was killed");

    let store = open(&dir);
    let ids = ids.expect("the victim got ready");
    let [done, active, queued] = ids[..] else { panic!("three ids: {ids:?}") };
    let record_done = record(&store, done).await.expect("it was confirmed");
    assert_eq!(record_done.status, Status::Completed);
    assert_eq!(all_output(&store, done).await, "done\n");
    for id in [active, queued] {
        let outcome = record(&store, id).await.and_then(|record| record.end).map(|end| end.outcome);
        assert!(matches!(outcome, Some(Outcome::Stopped(StopReason::WorkerLost { .. }))));
    }
    assert_eq!(all_output(&store, active).await, "seen");
    store.close().await;
}
