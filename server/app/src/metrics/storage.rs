//! Families of the database and of stored checkpoints.

use super::family::Families;
use mcp_v8_executions::Metrics;
use std::fmt::Error;

const DONE: &str = "done";
const FAILED: &str = "failed";

pub fn write(families: &mut Families<'_>, metrics: &Metrics, writable: bool) -> Result<(), Error> {
    let store = &metrics.store;
    let operations =
        [("read", store.reads, store.reads_failed), ("write", store.writes, store.writes_failed)];
    let samples = operations.into_iter().flat_map(|(operation, done, failed)| {
        let of = |outcome, count| ([("operation", operation), ("outcome", outcome)], count);
        [of(DONE, done), of(FAILED, failed)]
    });
    families.counters("storage_operations", "Questions and changes to the database", samples)?;
    let waiting = "Bytes of console output that wait for the database";
    families.gauge("storage_output_waiting_bytes", waiting, store.output_bytes_waiting)?;
    let help = "1 while changes are taken; 0 after a disk failed to flush";
    families.gauge("storage_writable", help, u64::from(writable))?;
    let Some(blobs) = &metrics.blobs else { return Ok(()) };
    let samples = blobs.operations.iter().flat_map(|(operation, counted)| {
        let of =
            |outcome, count| ([("operation", operation.as_str()), ("outcome", outcome)], count);
        [of(DONE, counted.done), of(FAILED, counted.failed)]
    });
    families.counters("checkpoint_operations", "Operations on stored checkpoints", samples)?;
    families.counter(
        "checkpoint_put_bytes",
        "Sealed bytes of checkpoints stored",
        blobs.bytes_put,
    )?;
    families.counter("checkpoint_got_bytes", "Sealed bytes of checkpoints loaded", blobs.bytes_got)
}
