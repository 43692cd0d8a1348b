//! A group of hostile programs: one server for all, one program at a time, and the oracle after each. No programs.

use super::run::Run;
use super::server::{SMALL, Server, lock};
use std::sync::{Arc, Mutex, MutexGuard, Weak};
use std::time::{Duration, Instant};

/// Longest time from the question to the answer: the profile's limit of 3 s, and what stopping may take.
const ANSWER: Duration = Duration::from_millis(4500);

static SLOT: Mutex<Weak<Server>> = Mutex::new(Weak::new());
static TURN: Mutex<()> = Mutex::new(());

/// A hostile test's hold on the shared server; others wait until it is dropped.
pub struct Hostile {
    // Dropped in this order: the turn goes on only after the server was let go.
    pub server: Arc<Server>,
    _turn: MutexGuard<'static, ()>,
}

impl Hostile {
    pub fn begin() -> Self {
        let turn = lock(&TURN);
        let server = Server::shared(&SLOT, || Server::start(SMALL));
        Self { server, _turn: turn }
    }

    /// Runs a program in an isolate of its own and requires one of these endings (see [`Run::ended`]), in time, with
    /// the server unharmed.
    pub fn ends(&self, code: &str, ways: &[&str]) -> Run {
        let start = Instant::now();
        let run = self.server.fresh(code);
        let took = start.elapsed();
        self.server.is_unharmed();
        let shown: String = code.chars().take(200).collect();
        assert!(run.ended(ways), "{shown}\nexpected {ways:?}, got {run}");
        assert!(took < ANSWER, "{shown}\nanswered after {took:?}: {run}");
        run
    }
}

/// One program, its endings.
pub fn ends(code: &str, ways: &[&str]) -> Run {
    Hostile::begin().ends(code, ways)
}
