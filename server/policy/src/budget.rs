//! The time that one decision may take, over all its rules.

use std::time::{Duration, Instant};

#[derive(Clone, Copy, Debug)]
pub(crate) struct Budget {
    pub(crate) limit: Duration,
    deadline: Instant,
}

impl Budget {
    pub(crate) fn start(limit: Duration) -> Self {
        Self { limit, deadline: Instant::now() + limit }
    }

    pub(crate) fn left(self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }
}
