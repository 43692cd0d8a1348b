//! Where an execution stands, in one word. Not why it ended: that is the outcome.

use mcp_v8_sandbox::{Outcome, StopReason};
use serde::{Deserialize, Serialize};

/// The state of an execution, as lists show and filter it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Accepted; waits for a worker.
    Queued,
    /// A worker has it.
    Running,
    /// The script came to its end.
    Completed,
    /// The script threw, or a limit other than time, or the server, ended it.
    Failed,
    /// The caller ended it.
    Cancelled,
    /// The wall clock or the processor time ran out.
    TimedOut,
}

impl Status {
    /// Every status there is.
    pub const ALL: &'static [Status] = &[
        Status::Queued,
        Status::Running,
        Status::Completed,
        Status::Failed,
        Status::Cancelled,
        Status::TimedOut,
    ];

    /// The word in answers and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Queued => "queued",
            Status::Running => "running",
            Status::Completed => "completed",
            Status::Failed => "failed",
            Status::Cancelled => "cancelled",
            Status::TimedOut => "timed_out",
        }
    }

    /// Nothing of this execution changes any more.
    pub fn is_final(self) -> bool {
        match self {
            Status::Queued | Status::Running => false,
            Status::Completed | Status::Failed | Status::Cancelled | Status::TimedOut => true,
        }
    }
}

impl From<&Outcome> for Status {
    fn from(outcome: &Outcome) -> Self {
        match outcome {
            Outcome::Completed(_) => Status::Completed,
            Outcome::Threw(_) => Status::Failed,
            Outcome::Stopped(reason) => match reason {
                StopReason::Cancelled => Status::Cancelled,
                StopReason::Timeout { .. } | StopReason::Cpu { .. } => Status::TimedOut,
                StopReason::Memory { .. }
                | StopReason::Output { .. }
                | StopReason::Result { .. }
                | StopReason::Source { .. }
                | StopReason::Draining
                | StopReason::WorkerLost { .. }
                | StopReason::State { .. }
                | StopReason::WorkerMemory { .. }
                | StopReason::NotStored { .. } => Status::Failed,
            },
        }
    }
}

/// The text is the word of no [`Status`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a status is one of queued, running, completed, failed, cancelled, timed_out")]
pub struct UnknownStatus;

impl std::str::FromStr for Status {
    type Err = UnknownStatus;
    fn from_str(text: &str) -> Result<Self, UnknownStatus> {
        Self::ALL.iter().copied().find(|status| status.as_str() == text).ok_or(UnknownStatus)
    }
}

impl std::fmt::Display for Status {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_reads_back_from_its_own_word() {
        for status in Status::ALL {
            assert_eq!(status.as_str().parse(), Ok(*status));
            let json = serde_json::to_string(status).expect("a word encodes");
            assert_eq!(json, format!("\"{status}\""));
        }
        assert_eq!("done".parse::<Status>(), Err(UnknownStatus));
    }

    #[test]
    fn only_running_out_of_time_is_timed_out_and_only_the_caller_cancels() {
        let stopped = |reason| Status::from(&Outcome::Stopped(reason));
        assert_eq!(stopped(StopReason::Timeout { limit_ms: 1 }), Status::TimedOut);
        assert_eq!(stopped(StopReason::Cpu { limit_ms: 1 }), Status::TimedOut);
        assert_eq!(stopped(StopReason::Cancelled), Status::Cancelled);
        assert_eq!(stopped(StopReason::Memory { limit_bytes: 1 }), Status::Failed);
        assert_eq!(stopped(StopReason::Draining), Status::Failed);
    }
}
