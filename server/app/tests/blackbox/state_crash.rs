//! Promise P10: what was answered survives a SIGKILL of the server or of workers at any time, and every session opens.
//! `CRASH_ROUNDS` is the number of kills of each kind.

use crate::harness::server::Server;
use crate::harness::state::Place;
use serde_json::json;
use std::collections::HashMap;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

const SESSIONS: usize = 3;

fn rounds() -> u64 {
    std::env::var("CRASH_ROUNDS").map_or(30, |text| text.parse().expect("a number"))
}

/// What clients were told: per session the last value that was acknowledged as stored.
type Told = Arc<Mutex<HashMap<usize, i64>>>;

/// Clients that count in a session each, until told to stop or the server is gone.
fn clients(address: &str, told: &Told, stop: &Arc<AtomicBool>) -> Vec<JoinHandle<()>> {
    let client = |session: usize| {
        let (address, told, stop) = (address.to_owned(), told.clone(), stop.clone());
        std::thread::spawn(move || {
            while !stop.load(Ordering::Relaxed) {
                let Some(run) = count(&address, session) else { return };
                if let (Some(n), true) = (run["result"].as_i64(), run["heap"].is_string()) {
                    told.lock().expect("nobody panics with it").insert(session, n);
                }
            }
        })
    };
    (0..SESSIONS).map(client).collect()
}

/// One increment; `None` when the server went away over it.
fn count(address: &str, session: usize) -> Option<serde_json::Value> {
    let body = json!({ "code": "globalThis.n = (globalThis.n ?? 0) + 1", "session": format!("s{session}"), "wait_ms": 20_000 });
    crate::harness::http::try_send(address, "POST", "/api/exec", body.to_string().as_bytes())
}

/// Every session opens and holds what was acknowledged, or one more.
fn judge(server: &Server, told: &Told, round: u64) {
    for session in 0..SESSIONS {
        // Also where the last worker of the session was killed at rest: the run finds another one.
        let run = server.run_in(&format!("s{session}"), "globalThis.n ?? 0");
        let n = run["result"].as_i64().unwrap_or_else(|| panic!("round {round}: {run}"));
        let mut told = told.lock().expect("nobody panics with it");
        let acknowledged = told.get(&session).copied().unwrap_or(0);
        assert!(
            n == acknowledged || n == acknowledged + 1,
            "round {round}, session {session}: {n} and not {acknowledged} or one more: {run}"
        );
        told.insert(session, n);
    }
}

/// Times between 2 and 120 ms in no order, the same in every run of the test.
fn delay(round: u64) -> Duration {
    let mixed = round.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40;
    Duration::from_micros(2_000 + mixed % 118_000)
}

#[test]
fn no_acknowledged_state_is_lost_when_the_server_is_killed_at_any_time() {
    let place = Place::new();
    let told = Told::default();
    let settings = ["sessions.max_live=2"];
    let mut server = place.start(&settings);
    for round in 0..rounds() {
        let stop = Arc::new(AtomicBool::new(false));
        let counting = clients(&server.address, &told, &stop);
        // tidy: allow-sleep the time of the kill is what varies: there is no condition to wait for
        std::thread::sleep(delay(round));
        server.signal("KILL");
        server.wait();
        for client in counting {
            client.join().expect("a client ends");
        }
        server = place.start(&settings);
        judge(&server, &told, round);
    }
    let counted: i64 = told.lock().expect("nobody panics with it").values().sum();
    assert!(counted > rounds() as i64, "positive control: there were increments: {counted}");
    eprintln!("{} kills of the server, {counted} increments acknowledged", rounds());
}

#[test]
fn no_acknowledged_state_is_lost_when_workers_are_killed_at_any_time() {
    let place = Place::new();
    let told = Told::default();
    let mut server = place.start(&["sessions.max_live=2"]);
    let mut killed = 0;
    for round in 0..rounds() {
        let stop = Arc::new(AtomicBool::new(false));
        let counting = clients(&server.address, &told, &stop);
        // tidy: allow-sleep the time of the kill is what varies: there is no condition to wait for
        std::thread::sleep(delay(round));
        for worker in server.workers() {
            let kill = Command::new("kill").args(["-KILL", &worker.to_string()]).status();
            killed += u64::from(kill.is_ok_and(|status| status.success()));
        }
        stop.store(true, Ordering::Relaxed);
        for client in counting {
            client.join().expect("a client ends");
        }
        judge(&server, &told, round);
    }
    assert!(killed >= rounds(), "positive control: {killed} workers were killed");
    server.oracle("killed workers");
    eprintln!("{killed} workers killed in {} rounds", rounds());
}

#[test]
fn a_run_that_comes_to_a_killed_worker_is_carried_out_by_another() {
    let place = Place::new();
    let server = place.start(&[]);
    for n in 1..=20 {
        let saved = server.run_in("s", "globalThis.n = (globalThis.n ?? 0) + 1");
        assert_eq!(saved["result"], n, "{saved}");
        let workers = server.workers();
        assert!(!workers.is_empty(), "positive control: there is something to kill");
        let ids: Vec<String> = workers.iter().map(u32::to_string).collect();
        let _ = Command::new("kill").arg("-KILL").args(ids).status();
        // At once: the server may not have noticed yet.
        let without = server.exec(&json!({ "code": "6 * 7", "wait_ms": 20_000 }));
        assert_eq!(without["result"], 42, "{without}");
    }
}
