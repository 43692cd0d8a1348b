//! Every step of a save fails, with a full disk and with an error of the disk: the run says `error.storage`, the session
//! stays where it was, and goes on from there or from the state that this run or a later one stored whole. Not crashes:
//! `state_crash`.

use crate::harness::disk::{Disk, EIO, ENOSPC, Fault};
use crate::harness::server::Server;
use crate::harness::state::Place;
use serde_json::{Value, json};
use std::process::Command;

const BLOBS: &str = "/heaps/";
const TEMPORARY: &str = "/heaps/.tmp/";
const LOG: &str = "mcp-v8.sqlite3-wal";

const fn at(step: &'static str, path: &'static str) -> Fault {
    Fault { step, path, skip: 0, after: None }
}

const fn once_placed(step: &'static str, path: &'static str) -> Fault {
    Fault { step, path, skip: 0, after: Some(("rename", BLOBS)) }
}

/// The steps of a save in their order: the blob, then the transaction.
const STEPS: [Fault; 9] = [
    at("mkdir", BLOBS),
    Fault { after: Some(("mkdir", BLOBS)), ..at("syncdir", "/heaps") },
    at("create", TEMPORARY),
    // A state is written in parts of a mebibyte: the second one fails.
    Fault { skip: 1, ..at("write", TEMPORARY) },
    at("sync", TEMPORARY),
    at("rename", BLOBS),
    once_placed("syncdir", BLOBS),
    once_placed("write", LOG),
    once_placed("sync", LOG),
];

/// Two variables that are changed together, and two mebibytes that no compression makes smaller.
const SET_UP: &str = "var n = 1; const twin = new Map([['n', 1]]); const noise = Array.from({ length: 32 }, () => crypto.getRandomValues(new Uint8Array(65536)))";
const COUNT: &str = "n += 1; twin.set('n', n); n";
const LOOK: &str = "[n, twin.get('n'), noise.length]";

struct Case {
    place: Place,
    disk: Disk,
    fault: Fault,
    errno: i32,
    always: bool,
    /// What the last run that was answered as stored left: the number, and the heap.
    acknowledged: (i64, Value),
}

impl Case {
    /// Whether the server may go on when the disk is well again. After an error of the disk, and after a flush of the
    /// log that failed for whatever reason, nothing is known to be on it.
    fn passes(&self) -> bool {
        self.errno == ENOSPC && !(self.fault.path == LOG && self.fault.step == "sync")
    }

    fn start(&self) -> Server {
        self.place.start_as(self.disk.command(), &["sessions.max_live=2"])
    }

    fn acknowledge(&mut self, run: &Value) {
        let (Some(n), true) = (run["result"].as_i64(), run["heap"].is_string()) else {
            panic!("{self}: not stored: {run}");
        };
        self.acknowledged = (n, run["heap"].clone());
    }

    /// Counts until the fault is met; the answer of the run that met it. A blob whose directory was there already, for
    /// example, makes none.
    fn meet(&mut self, server: &Server) -> Value {
        for _ in 0..20 {
            let run = server.run_in("s", COUNT);
            if self.disk.hits() > 0 {
                return run;
            }
            self.acknowledge(&run);
        }
        panic!("{self}: the fault was never met");
    }

    /// The session stands where the last acknowledged run left it.
    fn stands(&self, server: &Server) {
        let sessions = server.get("/api/sessions").json();
        assert_eq!(sessions["sessions"][0]["heap"], self.acknowledged.1, "{self}");
        let history = server.get("/api/sessions/s/snapshots?limit=1").json();
        assert_eq!(history["entries"][0]["output_heap"], self.acknowledged.1, "{self}");
    }

    /// What a look at the session may show, given what was acknowledged: all of one state.
    fn agrees(&self, look: &Value, allowed: &[i64]) {
        let n = look["result"][0].as_i64().unwrap_or_else(|| panic!("{self}: {look}"));
        assert!(allowed.iter().any(|more| n == self.acknowledged.0 + more), "{self}: {look}");
        assert_eq!(look["result"], json!([n, n, 32]), "{self}: {look}");
    }

    /// The disk is well again, and so is the session.
    fn goes_on(&mut self, server: &Server) {
        if self.always {
            // The live state is gone: what is left is what was stored.
            kill_workers(server);
            let cold = (0..8)
                .map(|_| server.run_in("s", LOOK))
                .find(|run| run["error"]["code"] != "error.worker")
                .unwrap_or_else(|| panic!("{self}: the session does not open"));
            self.agrees(&cold, &[0]);
        } else {
            // The live state still holds what the run did, and stores it with this one.
            let warm = server.run_in("s", LOOK);
            self.agrees(&warm, &[1]);
        }
        let next = server.run_in("s", COUNT);
        self.acknowledge(&next);
        self.stands(server);
    }

    /// Nothing is believed, also when the disk claims to be well again.
    fn stays_refused(&self, server: &Server) {
        let refused = server.run_in("s", COUNT);
        let codes = [&refused["error"]["code"], &refused["code"]];
        assert!(codes.contains(&&json!("error.storage")), "{self}: {refused}");
        let ready = server.get("/readyz").status;
        if self.fault.path == LOG {
            assert_eq!(ready, 503, "{self}");
        } else {
            assert_eq!(ready, 200, "{self}");
            assert_eq!(server.run("1 + 1")["result"], 2, "{self}: what keeps nothing still runs");
        }
        self.stands(server);
    }
}

impl std::fmt::Display for Case {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { fault, errno, always, .. } = self;
        write!(f, "{fault:?}, errno {errno}, always: {always}")
    }
}

fn kill_workers(server: &Server) {
    for worker in server.workers() {
        let _ = Command::new("kill").args(["-KILL", &worker.to_string()]).status();
    }
}

fn one(fault: Fault, errno: i32, always: bool) {
    let (place, disk) = (Place::new(), Disk::new());
    let mut case = Case { place, disk, fault, errno, always, acknowledged: (0, Value::Null) };
    let mut server = case.start();
    server.run_in("s", SET_UP);
    let first = server.run_in("s", COUNT);
    case.acknowledge(&first);

    case.disk.fail(&fault, errno, always);
    let failed = case.meet(&server);
    assert_eq!(failed["error"]["code"], "error.storage", "{case}: {failed}");
    assert!(failed["heap"].is_null() && failed["result"].is_null(), "{case}: {failed}");
    case.stands(&server);

    case.disk.heal();
    if case.passes() {
        case.goes_on(&server);
    } else {
        case.stays_refused(&server);
    }

    server.signal("KILL");
    server.wait();
    let server = case.start();
    // What the log had when its flush failed may have reached the disk all the same.
    let found: &[i64] = if case.fault.path == LOG && !case.passes() { &[0, 1] } else { &[0] };
    case.agrees(&server.run_in("s", LOOK), found);
    let next = server.run_in("s", COUNT);
    case.acknowledge(&next);
    case.stands(&server);
}

#[test]
fn a_full_disk_at_any_step_of_a_save_is_error_storage_and_the_session_goes_on_from_what_was_stored()
{
    for fault in STEPS {
        one(fault, ENOSPC, false);
        one(fault, ENOSPC, true);
    }
}

#[test]
fn an_error_of_the_disk_at_any_step_of_a_save_is_error_storage_and_nothing_is_confirmed_until_a_restart()
 {
    for fault in STEPS {
        one(fault, EIO, false);
        one(fault, EIO, true);
    }
}
