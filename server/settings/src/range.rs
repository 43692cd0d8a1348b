//! Smallest and largest value of every number in the file. Not the defaults: those stand with their keys.

use crate::key::{Key, Segment};

/// Ends of the range of one key, both allowed. A `*` in the key stands for any one name.
pub(crate) struct Range {
    pub(crate) key: &'static str,
    pub(crate) min: i64,
    pub(crate) max: i64,
}

const KIB: i64 = 1 << 10;
const MIB: i64 = 1 << 20;
const GIB: i64 = 1 << 30;
const DAY: i64 = 24 * 60 * 60;

/// Complete: a test refuses a numeric key without a row and a row without a key.
pub(crate) const RANGES: &[Range] = &[
    range("version", 1, 1),
    range("server.drain_secs", 0, 3600),
    range("transport.http.max_body_bytes", 4 * KIB, GIB),
    range("transport.http.max_connections", 1, 100_000),
    range("transport.http.max_head_bytes", 8 * KIB, MIB),
    range("transport.http.max_head_fields", 16, 1000),
    range("transport.http.max_requests_per_connection", 1, 10_000),
    range("transport.http.header_timeout_secs", 1, 300),
    range("transport.http.idle_timeout_secs", 1, 3600),
    range("transport.http.max_sessions", 1, 1_000_000),
    range("transport.http.session_idle_secs", 1, 7 * DAY),
    range("auth.leeway_secs", 0, 60),
    range("auth.max_token_bytes", KIB, 64 * KIB),
    // The server starts within ten seconds, or says why not.
    range("auth.jwks_timeout_secs", 1, 10),
    range("auth.jwks_max_bytes", KIB, 16 * MIB),
    range("auth.jwks_refresh_secs", 10, DAY),
    range("auth.jwks_min_refresh_secs", 1, 3600),
    range("auth.jwks_max_stale_secs", 60, 30 * DAY),
    range("storage.max_executions", 1, 10_000_000),
    range("storage.max_age_hours", 1, 10 * 366 * 24),
    range("storage.max_output_bytes_total", MIB, 16 * KIB * GIB),
    range("storage.max_checkpoint_mb", 1, 16 * KIB),
    range("storage.max_heap_age_hours", 1, 10 * 366 * 24),
    range("storage.max_heaps_per_session", 1, 1_000_000),
    range("storage.max_heap_bytes_total", MIB, 1024 * KIB * GIB),
    range("storage.s3.connect_timeout_secs", 1, 60),
    range("storage.s3.attempt_timeout_secs", 1, 600),
    range("storage.s3.operation_timeout_secs", 1, 3600),
    range("storage.s3.attempts", 1, 20),
    // S3 refuses smaller parts, and more than 10,000 of them.
    range("storage.s3.part_mb", 5, KIB),
    range("storage.cache.max_mb", 1, 1024 * KIB),
    range("limits.execution_timeout_secs", 1, DAY),
    range("limits.max_execution_timeout_secs", 1, DAY),
    range("limits.cpu_secs", 1, DAY),
    // Below 16 MiB V8 cannot even start a context.
    range("limits.heap_memory_max_mb", 16, 16 * KIB),
    range("limits.array_buffer_mb", 1, 16 * KIB),
    range("limits.output_bytes", KIB, GIB),
    // An artifact travels in one frame between server and worker, too.
    range("limits.max_artifact_mb", 1, 32),
    range("limits.max_artifacts_mb", 1, 4 * KIB),
    range("limits.max_artifacts", 1, 10_000),
    range("limits.inline_artifact_bytes", 0, 32 * MIB),
    range("limits.max_tool_calls", 1, 1_000_000),
    // A result and a source each travel in one frame between server and worker, which is capped at 64 MiB.
    range("limits.result_bytes", KIB, 32 * MIB),
    range("limits.inline_output_bytes", KIB, MIB),
    range("limits.source_bytes", KIB, 32 * MIB),
    range("limits.sync_wait_ms", 0, 60 * 60 * 1000),
    range("limits.task_wait_ms", 0, 60 * 60 * 1000),
    range("limits.queued_runs", 1, 1_000_000),
    range("limits.queued_runs_per_tenant", 1, 1_000_000),
    range("quotas.concurrent_runs", 1, 4096),
    range("quotas.runs_per_minute", 1, 1_000_000),
    range("quotas.cpu_secs_per_minute", 1, 100_000),
    range("quotas.stored_mb", 1, 1024 * KIB),
    range("quotas.mcp_sessions", 1, 1_000_000),
    range("quotas.event_streams", 1, 100_000),
    range("workers.concurrent_runs", 1, 4096),
    range("workers.ready", 0, 4096),
    range("workers.max", 1, 4096),
    range("workers.runs_per_worker", 1, 1_000_000),
    range("workers.start_timeout_ms", 100, 600_000),
    range("workers.terminate_grace_ms", 10, 5000),
    range("workers.memory_mb", 0, 64 * KIB),
    range("workers.cgroup_memory_mb", 0, 128 * KIB),
    range("workers.cgroup_tasks", 32, 4096),
    range("sessions.idle_ttl_secs", 1, 30 * DAY),
    range("sessions.max_live", 1, 4096),
    range("sessions.max_live_memory_mb", 16, 1024 * KIB),
    range("sessions.save_timeout_secs", 1, 3600),
    range("fetch.max_redirects", 0, 20),
    range("fetch.timeout_secs", 1, 3600),
    range("fetch.connect_timeout_secs", 1, 60),
    range("fetch.idle_timeout_secs", 1, 3600),
    range("fetch.max_headers_kb", 1, 256),
    range("fetch.max_headers", 16, 1024),
    // A request travels in one frame between worker and server, which is capped at 64 MiB.
    range("fetch.max_request_mb", 1, 32),
    range("fetch.max_response_mb", 1, 16 * KIB),
    range("fetch.max_total_mb", 1, 64 * KIB),
    range("fetch.max_parallel", 1, 256),
    range("fetch.max_open", 1, 4096),
    range("websocket.max_open", 1, 256),
    // A message travels in one frame between server and worker, too.
    range("websocket.max_message_kb", 1, 32 * KIB),
    range("websocket.max_total_mb", 1, 64 * KIB),
    range("websocket.connect_timeout_secs", 1, 60),
    range("policies.filesystem.max_file_mb", 1, 16 * KIB),
    range("policies.filesystem.max_write_mb_per_run", 1, 1024 * KIB),
    range("policies.filesystem.max_entries", 1, 10_000_000),
    range("policies.filesystem.max_open", 1, 1024),
    range("modules.max_locked", 1, 1_000_000),
    range("modules.cache_mb", 1, 64 * KIB),
    range("modules.max_age_secs", 0, 366 * DAY),
    // A module travels in one frame between server and worker, which is capped at 64 MiB.
    range("modules.max_module_mb", 1, 32),
    range("modules.max_total_mb", 1, KIB),
    range("modules.max_count", 1, 100_000),
    range("modules.max_depth", 1, 1024),
    range("modules.max_redirects", 0, 20),
    range("modules.timeout_secs", 1, 600),
    range("modules.max_parallel", 1, 256),
    // A memory with 32-bit indices ends at 4 GiB.
    range("wasm.*.max_memory_mb", 1, 4096),
    range("upstream.*.start_timeout_secs", 1, 300),
    range("upstream.*.call_timeout_secs", 1, 3600),
    range("upstream.*.max_parallel", 1, 1024),
    // A result travels in one frame between server and worker, which is capped at 64 MiB.
    range("upstream.*.max_message_mb", 1, 16),
    range("upstream.*.max_tools", 1, 10_000),
    range("policies.subprocess.timeout_secs", 1, 3600),
    range("policies.subprocess.max_output_mb", 1, 32),
    range("policies.subprocess.max_processes", 1, 4096),
    range("policies.subprocess.max_memory_mb", 32, 1024 * KIB),
    range("policies.subprocess.max_file_mb", 1, 1024 * KIB),
    range("policies.subprocess.max_children", 1, 256),
    range("policies.subprocess.max_children_per_run", 1, 100_000),
    range("policies.*.timeout_ms", 1, 60_000),
    range("policies.*.max_input_bytes", KIB, 64 * MIB),
];

impl Range {
    pub(crate) fn covers(&self, key: &Key) -> bool {
        let (own, other) = (Key::from(self.key), key.segments());
        let same = |(own, other): (&Segment, &Segment)| {
            own == other || matches!(own, Segment::Name(name) if name == "*")
        };
        own.segments().len() == other.len() && own.segments().iter().zip(other).all(same)
    }
}

const fn range(key: &'static str, min: i64, max: i64) -> Range {
    Range { key, min, max }
}
