//! A run in a session: in its live worker, or in one that starts from the session's checkpoint; and the checkpoint
//! after it.

use crate::checkpoints::{Checkpoints, Kept, Loaded, Move, State};
use crate::queue::{Queued, SessionKey};
use crate::run::{End, How, execute, finished, lease, no_worker, not_kept, not_loaded};
use crate::service::Inner;
use crate::sessions::{Evicted, Live, everything};
use mcp_v8_sandbox::{
    Checkpoint, CheckpointKind, ExecutionId, HeapId, Lost, Outcome, Report, Saved, Scope,
};
use mcp_v8_settings::SaveWhen;
use mcp_v8_storage::{Head, SessionRun, Tags};
use mcp_v8_workers::{Ran, Stop, Worker};

/// A worker that holds the state a run starts from, or will once it has the checkpoint.
struct Seat {
    worker: Worker,
    /// The worker held the session's state before the run.
    held: bool,
    checkpoint: Option<Checkpoint>,
    /// The session's head before the run.
    head: Option<HeapId>,
    /// The heap the run continues: the head, or the one that was asked for.
    parent: Option<HeapId>,
    unsaved_runs: u64,
    /// V8 heap after the run, bytes.
    heap_bytes: u64,
    execution: ExecutionId,
    number: u64,
    lost: Vec<Lost>,
}

impl Seat {
    /// What a worker that ended before the run took with it.
    fn gone(&self) -> Option<Lost> {
        if self.held { ended_at_rest(self.head, self.unsaved_runs) } else { None }
    }
}

/// What is said of a run before it is handed over.
struct About {
    key: SessionKey,
    run: SessionRun,
    tags: Tags,
}

pub async fn run(inner: &Inner, run: Queued, key: SessionKey, stop: Stop) -> End {
    let (mut seat, ran) = match seated(inner, &run, &key, stop).await {
        Ok(seated) => seated,
        Err(report) => {
            inner.sessions.ended(&key, "its state could not be had");
            return End::Open(report);
        }
    };
    let about = About {
        key,
        run: SessionRun {
            execution: run.id,
            runs: seat.unsaved_runs + 1,
            failure: None,
            source: Some(run.source),
        },
        tags: run.tags,
    };
    let mut report = ran.report;
    seat.heap_bytes = report.usage.heap_bytes;
    report.lost.splice(0..0, std::mem::take(&mut seat.lost));
    match (&inner.checkpoints, ran.saved) {
        (Some(checkpoints), Some(saved)) => {
            let end = keep(checkpoints, &about, &mut seat, report, saved).await;
            rest(inner, about.key, seat).await;
            end
        }
        _ => {
            seat.unsaved_runs += 1;
            if !seat.worker.is_sound() {
                report.lost.push(gone_with_it(&report.outcome, seat.head.is_some()));
            }
            rest(inner, about.key, seat).await;
            End::Open(report)
        }
    }
}

/// Takes a seat and runs there. Where its worker was killed from outside before the program began, the run takes
/// another one, as often as there were workers when it came.
async fn seated(
    inner: &Inner,
    run: &Queued,
    key: &SessionKey,
    stop: Stop,
) -> Result<(Seat, Ran), Report> {
    let mut others = inner.pool.size();
    let mut lost = Vec::new();
    loop {
        let mut seat = take_seat(inner, run, key).await?;
        let ran = in_seat(inner, run, &mut seat, stop.clone()).await;
        if ran.begun || others == 0 {
            add_lost(&mut lost, &seat.lost);
            seat.lost = lost;
            return Ok((seat, ran));
        }
        others -= 1;
        lost.extend(seat.gone());
        add_lost(&mut lost, &seat.lost);
        inner.pool.discard(seat.worker);
    }
}

async fn in_seat(inner: &Inner, run: &Queued, seat: &mut Seat, stop: Stop) -> Ran {
    let saves = inner.checkpoints.is_some()
        && (inner.settings.sessions.checkpoint == SaveWhen::EveryRun || !run.tags.is_empty());
    let checkpoint = seat.checkpoint.take();
    let how = How {
        caller: run.caller(),
        name: format!("run-{}.ts", seat.number),
        scope: Scope::Live,
        checkpoint: checkpoint.as_ref(),
        state: inner.checkpoints.as_ref().map(|_| crate::checkpoints::kind(&inner.settings)),
        save: saves,
    };
    execute(inner, &mut seat.worker, run, how, stop).await
}

/// The worker, and the state to start from where it is not in the worker already.
async fn take_seat(inner: &Inner, run: &Queued, key: &SessionKey) -> Result<Seat, Report> {
    let checkout = inner.sessions.checkout(key);
    let mut live = checkout.live;
    if let Some(other) = live.take_if(|live| run.heap.is_some_and(|heap| live.head != Some(heap))) {
        // The run starts from another state than the live one.
        end(inner, Evicted { key: key.clone(), live: other }).await;
    }
    let mut gone = None;
    if let Some(dead) = live.take_if(|live| live.worker.has_ended()) {
        gone = ended_at_rest(dead.head, dead.unsaved_runs);
        inner.pool.discard(dead.worker);
    }
    if let Some(live) = live {
        return Ok(Seat {
            held: true,
            worker: live.worker,
            checkpoint: None,
            head: live.head,
            parent: live.head,
            unsaved_runs: live.unsaved_runs,
            heap_bytes: live.heap_bytes,
            execution: run.id,
            number: checkout.run,
            lost: Vec::new(),
        });
    }
    let head = stored_head(inner, key).await?;
    let parent = run.heap.or(head.map(|head| head.heap));
    let loaded = match (&inner.checkpoints, parent) {
        (Some(checkpoints), Some(id)) => {
            Some(checkpoints.load(&key.0, id).await.map_err(|error| not_loaded(&error))?)
        }
        _ => None,
    };
    let worker = lease(inner, run).await.map_err(|error| no_worker(&error))?;
    let ended = checkout.ended.filter(|_| loaded.is_none());
    let (checkpoint, mut lost) = match loaded {
        Some(Loaded { checkpoint, lost }) => (Some(checkpoint), lost),
        None => (None, Vec::new()),
    };
    lost.extend(ended.map(everything));
    lost.extend(gone);
    Ok(Seat {
        held: false,
        worker,
        checkpoint,
        head: head.map(|head| head.heap),
        parent,
        unsaved_runs: 0,
        heap_bytes: 0,
        execution: run.id,
        number: head.map_or(checkout.run, |head| head.run + 1),
        lost,
    })
}

async fn stored_head(inner: &Inner, key: &SessionKey) -> Result<Option<Head>, Report> {
    if inner.checkpoints.is_none() {
        return Ok(None);
    }
    let head = inner.store.head(&key.0, &key.1).await;
    head.map_err(|error| not_loaded(&error.into()))
}

/// Keeps the checkpoint after a run and moves the session's head to it.
async fn keep(
    checkpoints: &Checkpoints,
    about: &About,
    seat: &mut Seat,
    mut report: Report,
    (checkpoint, saved): (Option<Checkpoint>, Saved),
) -> End {
    add_lost(&mut report.lost, &saved.lost);
    let Some(checkpoint) = checkpoint else {
        seat.unsaved_runs += 1;
        report.lost.push(unsaved(&saved, seat.worker.is_sound()));
        return End::Open(report);
    };
    let failure = report.outcome.code();
    let state =
        State { checkpoint, parent: seat.parent, lost: saved.lost, tags: about.tags.clone() };
    let run = SessionRun { failure, ..about.run.clone() };
    let to = Move { session: about.key.1.clone(), expected: seat.head, run };
    let kept = match checkpoints.keep(&about.key.0, state).await {
        Ok(kept) => kept,
        Err(error) => {
            seat.unsaved_runs += 1;
            return End::Open(not_kept(report, &error));
        }
    };
    advance(checkpoints, kept, to, seat, report).await
}

async fn advance(
    checkpoints: &Checkpoints,
    kept: Kept,
    to: Move,
    seat: &mut Seat,
    report: Report,
) -> End {
    let end = finished(report.clone(), Some(kept.id()));
    match checkpoints.advance(kept, to, Some(end)).await {
        Ok(id) => {
            seat.head = Some(id);
            seat.unsaved_runs = 0;
            End::Stored(report.outcome)
        }
        Err(error) => {
            seat.unsaved_runs += 1;
            End::Open(not_kept(report, &error))
        }
    }
}

/// Gives the worker back to its session, or ends it.
async fn rest(inner: &Inner, key: SessionKey, seat: Seat) {
    if !seat.worker.is_sound() {
        inner.pool.discard(seat.worker);
        // What is gone was said in this run; the next one goes on from the checkpoint, or anew.
        inner.sessions.forget(&key);
        return;
    }
    let live = Live {
        worker: seat.worker,
        heap_bytes: seat.heap_bytes,
        head: seat.head,
        unsaved_runs: seat.unsaved_runs,
        last: seat.execution,
    };
    let evicted = {
        let mut queue = inner.queue();
        inner.sessions.rest(&key, live, &mut queue)
    };
    for evicted in evicted {
        put_away(inner, evicted).await;
    }
}

/// Ends a live state whose session is held, and lets the session go.
pub async fn put_away(inner: &Inner, evicted: Evicted) {
    let key = evicted.key.clone();
    end(inner, evicted).await;
    inner.queue().release(Some(&key));
    inner.changed.notify_one();
}

/// Ends a live state, after a checkpoint of it where there are runs since the last one.
async fn end(inner: &Inner, Evicted { key, mut live }: Evicted) {
    if let Some(checkpoints) = inner.checkpoints.as_ref().filter(|_| live.unsaved_runs > 0)
        && let Err(problem) = save_at_rest(inner, checkpoints, &key, &mut live).await
    {
        let session = &key.1;
        tracing::error!(%session, %problem, "a session could not be saved before it was put away");
    }
    let heap = crate::checkpoints::kind(&inner.settings) == CheckpointKind::Heap;
    if inner.checkpoints.is_some() && heap {
        // V8 cannot dispose of the isolate of a snapshot: the process goes with it.
        inner.pool.discard(live.worker);
        return;
    }
    live.worker.reset().await;
    inner.pool.give_back(live.worker);
}

async fn save_at_rest(
    inner: &Inner,
    checkpoints: &Checkpoints,
    key: &SessionKey,
    live: &mut Live,
) -> Result<(), String> {
    let limits = crate::clamp::standard(&inner.settings);
    let kind = crate::checkpoints::kind(&inner.settings);
    let (checkpoint, saved) = live.worker.save(kind, &limits).await;
    let Some(checkpoint) = checkpoint else {
        return Err(saved.problem.unwrap_or_default());
    };
    let state = State { checkpoint, parent: live.head, lost: saved.lost, tags: Tags::default() };
    let run =
        SessionRun { execution: live.last, runs: live.unsaved_runs, failure: None, source: None };
    let to = Move { session: key.1.clone(), expected: live.head, run };
    let kept = checkpoints.keep(&key.0, state).await.map_err(|error| error.words())?;
    checkpoints.advance(kept, to, None).await.map_err(|error| error.words())?;
    Ok(())
}

/// Appends what is not in the list yet.
fn add_lost(lost: &mut Vec<Lost>, more: &[Lost]) {
    let known: Vec<String> = lost.iter().map(|one| one.name.clone()).collect();
    lost.extend(more.iter().filter(|one| !known.contains(&one.name)).cloned());
}

fn unsaved(saved: &Saved, still_live: bool) -> Lost {
    let why = saved.problem.as_deref().unwrap_or("the worker sent none");
    let rest = if still_live {
        "it is kept only while the session stays live"
    } else {
        "the session goes on from the state before this run"
    };
    Lost {
        name: "*".into(),
        reason: format!("the state after this run could not be saved: {why}; {rest}"),
    }
}

/// What a live state that ended with its worker between two runs takes along; nothing, where all of it was saved.
fn ended_at_rest(head: Option<HeapId>, unsaved_runs: u64) -> Option<Lost> {
    let reason = "what was not saved is gone: the session's worker process ended between two runs";
    (unsaved_runs > 0 || head.is_none()).then(|| Lost { name: "*".into(), reason: reason.into() })
}

fn gone_with_it(outcome: &Outcome, has_checkpoint: bool) -> Lost {
    let why = if outcome.leaves_isolate_sound() {
        "this run failed while work of it was under way that cannot be cancelled (a WebAssembly module that is still being compiled, for example)"
    } else {
        "this run was stopped by force"
    };
    if has_checkpoint {
        let reason =
            format!("what it changed is gone: {why}; the session goes on from the state before it");
        Lost { name: "*".into(), reason }
    } else {
        everything(&format!("{why}, and its isolate ended with it"))
    }
}
