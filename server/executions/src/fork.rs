//! A run that starts from a stored heap and belongs to no session: the state after it is a heap of its own.

use crate::checkpoints::{Checkpoints, Loaded, State};
use crate::queue::Queued;
use crate::run::{End, How, execute_anew, finished, not_kept, not_loaded};
use crate::service::Inner;
use mcp_v8_sandbox::{Checkpoint, CheckpointKind, HeapId, Lost, Report, Saved, Scope};
use mcp_v8_workers::Stop;

pub async fn run(inner: &Inner, run: Queued, stop: Stop) -> End {
    let (Some(checkpoints), Some(from)) = (&inner.checkpoints, run.heap) else {
        // Refused when it was submitted.
        return End::Open(not_loaded(&crate::checkpoints::CheckpointError::Defect));
    };
    let tenant = run.principal.tenant().to_owned();
    let Loaded { checkpoint, lost } = match checkpoints.load(&tenant, from).await {
        Ok(loaded) => loaded,
        Err(error) => return End::Open(not_loaded(&error)),
    };
    let kind = crate::checkpoints::kind(&inner.settings);
    let how = || How {
        caller: run.caller(),
        name: "script.ts".into(),
        scope: Scope::Fresh,
        checkpoint: Some(&checkpoint),
        state: Some(kind),
        save: run.keeps,
    };
    let (worker, ran) = match execute_anew(inner, &run, how, stop).await {
        Ok(executed) => executed,
        Err(report) => return End::Open(report),
    };
    // Not needed any more, and may be large.
    drop(checkpoint);
    match kind {
        CheckpointKind::Values => inner.pool.give_back(worker),
        // V8 cannot dispose of an isolate that snapshots are taken of: it goes with its process.
        CheckpointKind::Heap => inner.pool.discard(worker),
    }
    let mut report = ran.report;
    report.lost.splice(0..0, lost);
    match ran.saved {
        Some(saved) => keep(checkpoints, &tenant, from, run, report, saved).await,
        None => End::Open(report),
    }
}

async fn keep(
    checkpoints: &Checkpoints,
    tenant: &str,
    from: HeapId,
    run: Queued,
    mut report: Report,
    (checkpoint, saved): (Option<Checkpoint>, Saved),
) -> End {
    report.lost.extend(saved.lost.iter().cloned());
    let Some(checkpoint) = checkpoint else {
        let why = saved.problem.unwrap_or_default();
        let reason = format!("the state after this run could not be saved: {why}");
        report.lost.push(Lost { name: "*".into(), reason });
        return End::Open(report);
    };
    let state = State { checkpoint, parent: Some(from), lost: saved.lost, tags: run.tags };
    let kept = match checkpoints.keep(tenant, state).await {
        Ok(kept) => kept,
        Err(error) => return End::Open(not_kept(report, &error)),
    };
    let end = finished(report.clone(), Some(kept.id()));
    match checkpoints.register(kept, Some((run.id, end))).await {
        Ok(_) => End::Stored(report.outcome),
        Err(error) => End::Open(not_kept(report, &error)),
    }
}
