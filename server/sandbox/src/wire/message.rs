//! What the two sides say to each other.

use super::frame::{Frame, WireError};
use crate::{
    Artifact, CheckpointKind, HostAnswer, HostCall, HostError, Job, Limits, Lost, Report, Saved,
    Section,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// Both sides come from the same binary; a mismatch means a file was replaced under a running server.
pub const WIRE_VERSION: u16 = 5;

/// Server to worker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ToWorker {
    /// A piece of the checkpoint that the next job starts from.
    State(Section, Vec<u8>),
    /// Carry out this run. One at a time.
    Start(Box<Job>),
    /// Send a checkpoint of the live state, between runs.
    Save(CheckpointKind, Limits),
    /// What a call of the run gave.
    Answer(u32, Result<HostAnswer, HostError>),
    /// Forget the live state: the next run finds a fresh isolate.
    Reset,
    /// Stop the run at the next chance; the server kills the process soon after.
    Terminate,
}

/// The first frame of a worker: the isolate is up and the jail is closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ready {
    pub version: u16,
    /// Parts of the jail this kernel does not have, in words; empty when complete.
    pub jail_missing: Vec<String>,
}

/// Worker to server. Every byte of it may have been written by an attacker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FromWorker {
    Ready(Ready),
    /// The source parsed; user code starts now.
    Parsed,
    /// Console output, UTF-8.
    Output(String),
    /// A file or image that the run hands out.
    Artifact(Box<Artifact>),
    /// A call of the run, under its number.
    Call(u32, Box<HostCall>),
    /// The run is over. Where the job asked for a checkpoint, `State` and `Saved` follow.
    Done(Box<Report>),
    /// A piece of the checkpoint after the run.
    State(Section, Vec<u8>),
    /// The portable graph is complete, and what it could not keep; the V8 snapshot follows, which may end the worker.
    Portable(Vec<Lost>),
    /// The checkpoint is complete, or there is none and why.
    Saved(Saved),
}

const START: u8 = 1;
const TERMINATE: u8 = 2;
const STATE_VALUES: u8 = 3;
const STATE_HEAP: u8 = 4;
const SAVE: u8 = 5;
const ANSWER: u8 = 6;
const RESET: u8 = 7;
const READY: u8 = 16;
const PARSED: u8 = 17;
const OUTPUT: u8 = 18;
const DONE: u8 = 19;
const SAVED: u8 = 20;
const PORTABLE: u8 = 22;
const CALL: u8 = 21;
const ARTIFACT: u8 = 23;

fn pack<T: Serialize>(kind: u8, value: &T) -> Result<Frame, WireError> {
    let payload =
        postcard::to_stdvec(value).map_err(|source| WireError::Payload { kind, source })?;
    Ok(Frame { kind, id: 0, payload })
}

fn unpack<T: DeserializeOwned>(frame: &Frame) -> Result<T, WireError> {
    postcard::from_bytes(&frame.payload)
        .map_err(|source| WireError::Payload { kind: frame.kind, source })
}

fn state(section: Section, payload: Vec<u8>) -> Frame {
    let kind = match section {
        Section::Values => STATE_VALUES,
        Section::Heap => STATE_HEAP,
    };
    Frame { kind, id: 0, payload }
}

fn empty(kind: u8) -> Frame {
    Frame { kind, id: 0, payload: Vec::new() }
}

impl ToWorker {
    /// As a frame.
    pub fn frame(&self) -> Result<Frame, WireError> {
        match self {
            ToWorker::Start(job) => pack(START, job.as_ref()),
            ToWorker::State(section, bytes) => Ok(state(*section, bytes.clone())),
            ToWorker::Save(kind, limits) => pack(SAVE, &(kind, limits)),
            ToWorker::Answer(id, answer) => Ok(Frame { id: *id, ..pack(ANSWER, answer)? }),
            ToWorker::Reset => Ok(empty(RESET)),
            ToWorker::Terminate => Ok(empty(TERMINATE)),
        }
    }

    /// From a frame.
    pub fn parse(frame: Frame) -> Result<Self, WireError> {
        match frame.kind {
            START => Ok(ToWorker::Start(Box::new(unpack(&frame)?))),
            STATE_VALUES => Ok(ToWorker::State(Section::Values, frame.payload)),
            STATE_HEAP => Ok(ToWorker::State(Section::Heap, frame.payload)),
            SAVE => unpack(&frame).map(|(kind, limits)| ToWorker::Save(kind, limits)),
            ANSWER => Ok(ToWorker::Answer(frame.id, unpack(&frame)?)),
            RESET => Ok(ToWorker::Reset),
            TERMINATE => Ok(ToWorker::Terminate),
            other => Err(WireError::Kind(other)),
        }
    }
}

impl FromWorker {
    /// As a frame.
    pub fn frame(&self) -> Result<Frame, WireError> {
        match self {
            FromWorker::Ready(ready) => pack(READY, ready),
            FromWorker::Parsed => Ok(empty(PARSED)),
            FromWorker::Output(text) => {
                Ok(Frame { kind: OUTPUT, id: 0, payload: text.clone().into_bytes() })
            }
            FromWorker::Artifact(artifact) => pack(ARTIFACT, artifact.as_ref()),
            FromWorker::Call(id, call) => Ok(Frame { id: *id, ..pack(CALL, call.as_ref())? }),
            FromWorker::Done(report) => pack(DONE, report.as_ref()),
            FromWorker::State(section, bytes) => Ok(state(*section, bytes.clone())),
            FromWorker::Portable(lost) => pack(PORTABLE, lost),
            FromWorker::Saved(saved) => pack(SAVED, saved),
        }
    }

    /// From a frame.
    pub fn parse(frame: Frame) -> Result<Self, WireError> {
        match frame.kind {
            READY => Ok(FromWorker::Ready(unpack(&frame)?)),
            PARSED => Ok(FromWorker::Parsed),
            OUTPUT => String::from_utf8(frame.payload)
                .map(FromWorker::Output)
                .map_err(|_| WireError::Text),
            DONE => Ok(FromWorker::Done(Box::new(unpack(&frame)?))),
            STATE_VALUES => Ok(FromWorker::State(Section::Values, frame.payload)),
            STATE_HEAP => Ok(FromWorker::State(Section::Heap, frame.payload)),
            PORTABLE => Ok(FromWorker::Portable(unpack(&frame)?)),
            SAVED => Ok(FromWorker::Saved(unpack(&frame)?)),
            ARTIFACT => Ok(FromWorker::Artifact(Box::new(unpack(&frame)?))),
            CALL => Ok(FromWorker::Call(frame.id, Box::new(unpack(&frame)?))),
            other => Err(WireError::Kind(other)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{FRAME_MAX, HEADER, Header};
    use super::*;
    use crate::{Outcome, Usage, Value};
    use proptest::prelude::*;

    fn report(text: String) -> FromWorker {
        FromWorker::Done(Box::new(Report {
            outcome: Outcome::Completed(Value::Text(text)),
            usage: Usage::default(),
            lost: Vec::new(),
            sound: true,
        }))
    }

    proptest! {
        #[test]
        fn hostile_payloads_are_errors_and_never_panics(kind in any::<u8>(), payload in proptest::collection::vec(any::<u8>(), 0..300)) {
            let frame = Frame { kind, id: 7, payload };
            let _ = ToWorker::parse(frame.clone());
            let _ = FromWorker::parse(frame);
        }

        #[test]
        fn what_is_sent_is_what_arrives(text in ".{0,200}") {
            let lost = Lost { name: text.clone(), reason: text.clone() };
            let portable = FromWorker::Portable(vec![lost]);
            for message in [FromWorker::Output(text.clone()), report(text.clone()), FromWorker::Parsed, portable] {
                let frame = message.frame().expect("small frames encode");
                prop_assert_eq!(FromWorker::parse(frame).expect("own frames decode"), message);
            }
        }
    }

    #[test]
    fn a_length_over_the_cap_is_refused_before_it_is_allocated() {
        let mut header = [0u8; HEADER];
        header[..4].copy_from_slice(&(FRAME_MAX as u32 + 1).to_le_bytes());
        assert!(matches!(Header::parse(header), Err(WireError::TooLong(_))));
        header[..4].copy_from_slice(&(FRAME_MAX as u32).to_le_bytes());
        assert!(Header::parse(header).is_ok());
    }
}
