//! `[limits]`: what one run may use and how many may wait. Not the limits of one request: those are clamped to these.

use crate::measure::{Measure, Unit};
use crate::resolver::Resolver;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::time::Duration;

#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct LimitsTable {
    /// Time a run has when its caller asks for none, seconds of wall clock, waiting included. 30: enough for what an
    /// agent writes by hand, and a script that hangs is noticed soon. Left out: at most max_execution_timeout_secs.
    execution_timeout_secs: u64,
    /// Most time a caller may ask for, seconds of wall clock. 300: five minutes, for long waits on other systems.
    max_execution_timeout_secs: u64,
    /// Processor time of a run over all threads, seconds. 300: as much as the longest run could use on one core.
    cpu_secs: u64,
    /// V8 heap of a run, MiB: what a run has when its caller asks for none, and the most it may ask for. 256: a few
    /// million objects.
    pub(crate) heap_memory_max_mb: u64,
    /// Contents of all ArrayBuffers of a run together, MiB; they lie outside the heap. 256: as much as the heap.
    pub(crate) array_buffer_mb: u64,
    /// Console output of a run, bytes of UTF-8; more ends the run, and what was written before is kept. 16 MiB: far
    /// more than anyone reads.
    output_bytes: u64,
    /// One artifact (`artifact(key, mime, bytes)` in a script), MiB. 16: an image or a table, not a film.
    max_artifact_mb: u64,
    /// All artifacts of a run, MiB, those that a later one replaces included. 64: four of the largest.
    max_artifacts_mb: u64,
    /// Artifacts of a run, those that a later one replaces included. 64: pages of a report.
    max_artifacts: u32,
    /// Images and audio that one MCP answer carries inline, bytes each; larger ones are linked. 1 MiB: more than models
    /// look at.
    inline_artifact_bytes: u64,
    /// Calls of tools of other MCP servers in one run ([upstream.<name>]), refused ones included. 1000: a loop over what a
    /// list has, and not one without an end.
    max_tool_calls: u32,
    /// Result of a run, bytes of UTF-8. 1 MiB: what a client can still take in one answer.
    result_bytes: u64,
    /// Console output that one MCP answer carries inline, bytes of UTF-8; the rest is read in pages. 16 KiB: some
    /// thousands of tokens of a model's context.
    inline_output_bytes: u64,
    /// Source text of a run, bytes of UTF-8. 2 MiB: a bundled library fits.
    source_bytes: u64,
    /// Time run_js waits for the end of a run before it answers with the execution's id, milliseconds; 0 answers at
    /// once. 20000: below the 30 s and 60 s after which common clients give up. Left out: at most
    /// max_execution_timeout_secs.
    sync_wait_ms: u64,
    /// The same for clients that take a task in place of an answer (MCP, extension tasks) and do not say how long they
    /// wait, milliseconds; at most sync_wait_ms. 2000: what is short is answered, and what is not is a task soon.
    task_wait_ms: u64,
    /// Runs that may wait for a worker; more are refused as busy. 1024: a burst, not a backlog of hours.
    queued_runs: usize,
    /// The same for one tenant. 256: one tenant fills at most a quarter of the queue.
    queued_runs_per_tenant: usize,
}

impl Default for LimitsTable {
    fn default() -> Self {
        Self {
            execution_timeout_secs: 30,
            max_execution_timeout_secs: 300,
            cpu_secs: 300,
            heap_memory_max_mb: 256,
            array_buffer_mb: 256,
            output_bytes: 16 << 20,
            max_artifact_mb: 16,
            max_artifacts_mb: 64,
            max_artifacts: 64,
            inline_artifact_bytes: 1 << 20,
            max_tool_calls: 1000,
            result_bytes: 1 << 20,
            inline_output_bytes: 16 << 10,
            source_bytes: 2 << 20,
            sync_wait_ms: 20_000,
            task_wait_ms: 2_000,
            queued_runs: 1024,
            queued_runs_per_tenant: 256,
        }
    }
}

/// What one run may use, and how many may wait.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Wall clock, when the caller asks for none.
    pub execution_timeout: Duration,
    /// Wall clock, the most a caller may ask for.
    pub max_execution_timeout: Duration,
    /// Processor time, all threads.
    pub cpu: Duration,
    /// V8 heap: default and ceiling.
    pub heap_bytes: u64,
    /// Contents of all ArrayBuffers together.
    pub buffer_bytes: u64,
    pub output_bytes: u64,
    /// One artifact.
    pub artifact_bytes: u64,
    /// All artifacts of a run together; at least `artifact_bytes`.
    pub artifacts_bytes: u64,
    pub artifacts: u32,
    pub inline_artifact_bytes: u64,
    /// Calls of tools of other MCP servers in one run.
    pub tool_calls: u32,
    pub result_bytes: u64,
    /// At most `output_bytes`.
    pub inline_output_bytes: u64,
    pub source_bytes: u64,
    /// How long run_js waits before it hands out an id; at most `max_execution_timeout`.
    pub sync_wait: Duration,
    /// The same for clients that take tasks.
    pub task_wait: Duration,
    pub queued_runs: usize,
    /// At most `queued_runs`.
    pub queued_runs_per_tenant: usize,
}

impl LimitsTable {
    pub(crate) fn source(&self) -> Measure {
        Measure::new(&["limits.source_bytes"], self.source_bytes, Unit::Bytes)
    }

    /// What V8 may allocate for a script: heap and buffers.
    pub(crate) fn script_memory(&self) -> Measure {
        let sum = self.heap_memory_max_mb + self.array_buffer_mb;
        Measure::new(&["limits.heap_memory_max_mb", "limits.array_buffer_mb"], sum, Unit::Mebibytes)
    }

    pub(crate) fn resolve(mut self, resolver: &mut Resolver<'_>) -> Limits {
        self.follow_the_longest_run(resolver);
        self.refuse_contradictions(resolver);
        Limits {
            execution_timeout: Duration::from_secs(self.execution_timeout_secs),
            max_execution_timeout: Duration::from_secs(self.max_execution_timeout_secs),
            cpu: Duration::from_secs(self.cpu_secs),
            heap_bytes: self.heap_memory_max_mb << 20,
            buffer_bytes: self.array_buffer_mb << 20,
            output_bytes: self.output_bytes,
            artifact_bytes: self.max_artifact_mb << 20,
            artifacts_bytes: self.max_artifacts_mb << 20,
            artifacts: self.max_artifacts,
            inline_artifact_bytes: self.inline_artifact_bytes,
            tool_calls: self.max_tool_calls,
            result_bytes: self.result_bytes,
            inline_output_bytes: self.inline_output_bytes,
            source_bytes: self.source_bytes,
            sync_wait: Duration::from_millis(self.sync_wait_ms),
            task_wait: Duration::from_millis(self.task_wait_ms.min(self.sync_wait_ms)),
            queued_runs: self.queued_runs,
            queued_runs_per_tenant: self.queued_runs_per_tenant,
        }
    }

    /// Lowering the longest run takes the defaults below it along: nobody has to write three keys to change one.
    fn follow_the_longest_run(&mut self, resolver: &Resolver<'_>) {
        let longest = self.max_execution_timeout_secs;
        if !resolver.is_set("limits.execution_timeout_secs") {
            self.execution_timeout_secs = self.execution_timeout_secs.min(longest);
        }
        if !resolver.is_set("limits.sync_wait_ms") {
            self.sync_wait_ms = self.sync_wait_ms.min(longest.saturating_mul(1000));
        }
    }

    fn refuse_contradictions(&self, resolver: &mut Resolver<'_>) {
        let longest = Measure::new(
            &["limits.max_execution_timeout_secs"],
            self.max_execution_timeout_secs,
            Unit::Seconds,
        );
        let usual = Measure::new(
            &["limits.execution_timeout_secs"],
            self.execution_timeout_secs,
            Unit::Seconds,
        );
        let wait = Measure::new(&["limits.sync_wait_ms"], self.sync_wait_ms, Unit::Milliseconds);
        let inline =
            Measure::new(&["limits.inline_output_bytes"], self.inline_output_bytes, Unit::Bytes);
        let output = Measure::new(&["limits.output_bytes"], self.output_bytes, Unit::Bytes);
        let one = Measure::count(&["limits.queued_runs_per_tenant"], self.queued_runs_per_tenant);
        let all = Measure::count(&["limits.queued_runs"], self.queued_runs);
        let artifact =
            Measure::new(&["limits.max_artifact_mb"], self.max_artifact_mb, Unit::Mebibytes);
        let artifacts =
            Measure::new(&["limits.max_artifacts_mb"], self.max_artifacts_mb, Unit::Mebibytes);
        resolver.at_most(artifact, artifacts);
        resolver.at_most(usual, longest);
        resolver.at_most(wait, longest);
        resolver.at_most(inline, output);
        resolver.at_most(one, all);
    }
}
