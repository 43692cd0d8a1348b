//! An application layer without workers: what a program "does" is its own text. It remembers what it was asked.

mod artifacts;
pub mod states;

use mcp_v8_executions::{
    ListPage, ListQuery, Load, LookupError, OutputPage, PageRequest, Record, Request, SessionQuery,
    SnapshotQuery, Status, SubmitError, TagQuery, Timestamp,
};
use mcp_v8_http::{Answer, Executions};
use mcp_v8_sandbox::{ExecutionId, Outcome, Principal, StopReason, Usage, Value};
use mcp_v8_settings::{Settings, Sources};
use mcp_v8_storage::{Finished, StorageError};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::Semaphore;

/// What every execution printed: 11 bytes, 2 lines.
pub const OUTPUT: &str = "one\ntwo é\n";

/// Refused by [`Fake::submit`].
pub const BUSY: &str = "busy";
pub const DRAINING: &str = "draining";
pub const BROKEN: &str = "broken";

/// Panics in [`Fake::submit`].
pub const PANIC: &str = "panic";

/// Runs until [`Fake::release`] is called.
pub const HELD: &str = "held";

/// Runs for ever.
pub const ENDLESS: &str = "endless";

#[derive(Clone)]
pub struct Fake(Arc<Inner>);

struct Inner {
    settings: Settings,
    records: Mutex<Vec<(Record, String)>>,
    states: Mutex<states::Kept>,
    artifacts: Mutex<Vec<artifacts::Kept>>,
    asked: Mutex<Asked>,
    gate: Semaphore,
    draining: AtomicBool,
}

/// What the fake was asked, newest last.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    pub submitted: Vec<(Principal, Request)>,
    pub waits: Vec<Duration>,
    pub lists: Vec<ListQuery>,
    pub pages: Vec<PageRequest>,
    pub sessions: Vec<SessionQuery>,
    pub snapshots: Vec<SnapshotQuery>,
    pub tag_searches: Vec<TagQuery>,
}

impl Fake {
    pub fn new() -> Self {
        Self::with(&[])
    }

    /// With these settings beside the defaults.
    pub fn with(flags: &[(&str, serde_json::Value)]) -> Self {
        let flags = flags.iter().map(|(key, value)| ((*key).to_owned(), value.clone()));
        let listen = serde_json::json!(["127.0.0.1:8080"]);
        let own = [
            ("storage.kind".to_owned(), "none".into()),
            ("transport.http.listen".to_owned(), listen),
        ];
        let flags = flags.chain(own).collect();
        let settings = mcp_v8_settings::load(&Sources { flags, ..Sources::default() })
            .expect("the settings are good");
        Self(Arc::new(Inner {
            settings,
            records: Mutex::default(),
            states: Mutex::default(),
            artifacts: Mutex::default(),
            asked: Mutex::default(),
            gate: Semaphore::new(0),
            draining: AtomicBool::new(false),
        }))
    }

    pub fn asked(&self) -> Asked {
        self.0.asked.lock().expect("no test panicked").clone()
    }

    /// Lets one [`HELD`] execution end.
    pub fn release(&self) {
        self.0.gate.add_permits(1);
    }

    pub fn drain(&self) {
        self.0.draining.store(true, Ordering::SeqCst);
    }

    /// Puts an execution there that was submitted by `principal`.
    pub fn add(&self, principal: &Principal, source: &str) -> ExecutionId {
        let id = ExecutionId::generate();
        let record = Record {
            id,
            tenant: principal.tenant().to_owned(),
            session: None,
            status: Status::Running,
            submitted_at: Timestamp(0),
            started_at: Some(Timestamp(0)),
            finished_at: None,
            end: None,
            output_bytes: 0,
            output_lines: 0,
            artifacts: 0,
        };
        self.0.records.lock().expect("no test panicked").push((record, source.to_owned()));
        id
    }

    fn ask(&self, note: impl FnOnce(&mut Asked)) {
        note(&mut self.0.asked.lock().expect("no test panicked"));
    }

    fn find(
        &self,
        principal: &Principal,
        id: ExecutionId,
    ) -> Result<(Record, String), LookupError> {
        let records = self.0.records.lock().expect("no test panicked");
        let mut found = records
            .iter()
            .filter(|(record, _)| record.id == id && record.tenant == principal.tenant());
        found.next().cloned().ok_or(LookupError::NotFound)
    }

    /// Ends an execution, unless it is over.
    fn end(&self, id: ExecutionId, outcome: Outcome) {
        let mut records = self.0.records.lock().expect("no test panicked");
        let Some((record, _)) = records.iter_mut().find(|(record, _)| record.id == id) else {
            return;
        };
        if record.end.is_none() {
            let at = Timestamp(5);
            record.status = Status::from(&outcome);
            record.finished_at = Some(at);
            record.end = Some(Finished {
                at,
                outcome,
                usage: Usage::default(),
                lost: Vec::new(),
                heap: None,
            });
            (record.output_bytes, record.output_lines) = (OUTPUT.len() as u64, 2);
        }
    }
}

impl Executions for Fake {
    fn settings(&self) -> &Settings {
        &self.0.settings
    }

    fn submit<'a>(
        &'a self,
        principal: &'a Principal,
        request: Request,
    ) -> Answer<'a, ExecutionId, SubmitError> {
        Box::pin(async move {
            self.ask(|asked| asked.submitted.push((principal.clone(), request.clone())));
            match request.source.as_str() {
                BUSY => {
                    Err(SubmitError::Busy { queued: 8, limit: 8, limit_name: "limits.queued_runs" })
                }
                DRAINING => Err(SubmitError::Draining),
                BROKEN => Err(StorageError::Unknown(ExecutionId::generate()).into()),
                PANIC => panic!("a secret of the server"),
                source => Ok(self.add(principal, source)),
            }
        })
    }

    fn wait<'a>(
        &'a self,
        principal: &'a Principal,
        id: ExecutionId,
        up_to: Duration,
    ) -> Answer<'a, Record, LookupError> {
        Box::pin(async move {
            self.ask(|asked| asked.waits.push(up_to));
            let (_, source) = self.find(principal, id)?;
            let ended = match source.as_str() {
                ENDLESS => false,
                HELD => tokio::time::timeout(up_to, self.0.gate.acquire()).await.is_ok(),
                _ => true,
            };
            if ended {
                self.end(
                    id,
                    Outcome::Completed(Value::Json(
                        serde_json::json!({ "ran": source }).to_string(),
                    )),
                );
            }
            self.find(principal, id).map(|(record, _)| record)
        })
    }

    fn list<'a>(
        &'a self,
        principal: &'a Principal,
        query: ListQuery,
    ) -> Answer<'a, ListPage, LookupError> {
        Box::pin(async move {
            let records = self.0.records.lock().expect("no test panicked").clone();
            let own =
                records.into_iter().rev().filter(|(record, _)| record.tenant == principal.tenant());
            let older =
                own.filter(|(record, _)| query.before.is_none_or(|before| record.id < before));
            let mut records: Vec<_> = older.map(|(record, _)| record).collect();
            let more = records.len() > query.limit as usize;
            records.truncate(query.limit as usize);
            let next = records.last().filter(|_| more).map(|record| record.id);
            self.ask(|asked| asked.lists.push(query));
            Ok(ListPage { records, next })
        })
    }

    fn output<'a>(
        &'a self,
        principal: &'a Principal,
        id: ExecutionId,
        page: PageRequest,
    ) -> Answer<'a, OutputPage, LookupError> {
        Box::pin(async move {
            self.ask(|asked| asked.pages.push(page));
            let (record, _) = self.find(principal, id)?;
            let total = OUTPUT.len() as u64;
            let (start, end) = match page {
                PageRequest::Bytes { offset, limit } => {
                    (offset.min(total), offset.saturating_add(limit).min(total))
                }
                PageRequest::Lines { .. } => (0, total),
            };
            Ok(OutputPage {
                data: OUTPUT[start as usize..end as usize].to_owned(),
                start_line: 1,
                end_line: 2,
                next_line_offset: 3,
                total_lines: 2,
                start_byte: start,
                end_byte: end,
                next_byte_offset: end,
                total_bytes: total,
                has_more: end < total,
                status: record.status,
            })
        })
    }

    /// A line at a time.
    fn follow<'a>(
        &'a self,
        principal: &'a Principal,
        id: ExecutionId,
        from: u64,
        limit: u64,
    ) -> Answer<'a, OutputPage, LookupError> {
        Box::pin(async move {
            let rest = OUTPUT.get(from as usize..).unwrap_or_default();
            let line = rest.find('\n').map_or(rest.len(), |at| at + 1) as u64;
            if line == 0 {
                if self.find(principal, id)?.1 == ENDLESS {
                    std::future::pending::<()>().await;
                }
                self.wait(principal, id, Duration::from_secs(3600)).await?;
            }
            let page = PageRequest::Bytes { offset: from, limit: line.min(limit) };
            self.output(principal, id, page).await
        })
    }

    fn cancel<'a>(
        &'a self,
        principal: &'a Principal,
        id: ExecutionId,
    ) -> Answer<'a, Record, LookupError> {
        Box::pin(async move {
            self.find(principal, id)?;
            self.end(id, Outcome::Stopped(StopReason::Cancelled));
            self.find(principal, id).map(|(record, _)| record)
        })
    }

    fn load(&self) -> Load {
        Load { queued: 1, running: 2, live_sessions: 3, workers: 4 }
    }

    fn is_draining(&self) -> bool {
        self.0.draining.load(Ordering::SeqCst)
    }

    fn is_writable(&self) -> bool {
        true
    }
}
