//! Values that are right each, and wrong together.

use crate::support::Setup;
use std::time::Duration;

fn refused(file: &str, expected: &str) {
    let problem = Setup::file(file).problem();
    let message = problem.lines().next().unwrap_or_default();
    assert_eq!(message, format!("mcp-v8.toml:{expected}"));
    assert!(problem.contains("\n  hint: "), "{problem}");
}

#[test]
fn the_usual_timeout_may_not_be_above_the_longest() {
    refused(
        "[limits]\nexecution_timeout_secs = 301\n",
        "2:26: limits.execution_timeout_secs: `limits.execution_timeout_secs` (301 s) is above `limits.max_execution_timeout_secs` (300 s)",
    );
    Setup::file("[limits]\nexecution_timeout_secs = 300\n").settings();
}

#[test]
fn a_contradiction_with_a_default_stands_at_the_key_that_was_written() {
    refused(
        "[limits]\nheap_memory_max_mb = 1024\n[workers]\nmemory_mb = 1100\n",
        "2:22: limits.heap_memory_max_mb: `limits.heap_memory_max_mb` + `limits.array_buffer_mb` (1280 MiB) is above `workers.memory_mb` (1100 MiB)",
    );
}

#[test]
fn a_shorter_longest_run_takes_the_defaults_along_that_nobody_wrote() {
    let settings = Setup::file("[limits]\nmax_execution_timeout_secs = 5\n").settings();
    let five = Duration::from_secs(5);
    assert_eq!((settings.limits.sync_wait, settings.limits.execution_timeout), (five, five));
    let settings = Setup::file("[limits]\nmax_execution_timeout_secs = 25\n").settings();
    assert_eq!(settings.limits.sync_wait, Duration::from_secs(20), "the default fits");
    // What was written stands, from wherever.
    refused(
        "[limits]\nexecution_timeout_secs = 5\nsync_wait_ms = 5001\nmax_execution_timeout_secs = 5\n",
        "3:16: limits.sync_wait_ms: `limits.sync_wait_ms` (5001 ms) is above `limits.max_execution_timeout_secs` (5 s)",
    );
    let flag = Setup::file("[limits]\nmax_execution_timeout_secs = 5\n")
        .flag("limits.sync_wait_ms", 20_000);
    assert!(flag.problem().contains("`limits.sync_wait_ms` (20000 ms) is above"));
}

#[test]
fn waiting_may_not_last_longer_than_the_longest_run() {
    refused(
        "[limits]\nsync_wait_ms = 300001\n",
        "2:16: limits.sync_wait_ms: `limits.sync_wait_ms` (300001 ms) is above `limits.max_execution_timeout_secs` (300 s)",
    );
    Setup::file("[limits]\nsync_wait_ms = 300000\n").settings();
}

#[test]
fn one_artifact_may_not_be_above_all_of_a_run() {
    refused(
        "[limits]\nmax_artifacts_mb = 8\n",
        "2:20: limits.max_artifacts_mb: `limits.max_artifact_mb` (16 MiB) is above `limits.max_artifacts_mb` (8 MiB)",
    );
    Setup::file("[limits]\nmax_artifacts_mb = 16\n").settings();
}

#[test]
fn inline_output_may_not_be_above_all_output() {
    refused(
        "[limits]\noutput_bytes = 1024\n",
        "2:16: limits.output_bytes: `limits.inline_output_bytes` (16384 bytes) is above `limits.output_bytes` (1024 bytes)",
    );
}

#[test]
fn one_tenant_may_not_queue_more_than_all() {
    refused(
        "[limits]\nqueued_runs = 255\n",
        "2:15: limits.queued_runs: `limits.queued_runs_per_tenant` (256) is above `limits.queued_runs` (255)",
    );
}

#[test]
fn a_request_must_hold_the_largest_source() {
    let http = "[transport.http]\nmax_body_bytes = 2097151\n";
    refused(
        http,
        "2:18: transport.http.max_body_bytes: `limits.source_bytes` (2097152 bytes) is above `transport.http.max_body_bytes` (2097151 bytes)",
    );
    Setup::file("[transport.http]\nmax_body_bytes = 2097152\n").settings();
    Setup::file("[limits]\nsource_bytes = 8388608\n").settings();
}

#[test]
fn spare_and_running_workers_may_not_be_more_than_all() {
    refused(
        "[workers]\nmax = 1\n",
        "2:7: workers.max: `workers.ready` (2) is above `workers.max` (1)",
    );
    refused(
        "[workers]\nmax = 8\nconcurrent_runs = 9\n",
        "3:19: workers.concurrent_runs: `workers.concurrent_runs` (9) is above `workers.max` (8)",
    );
    let settings = Setup::file("[workers]\nmax = 1\nready = 1\n").settings();
    assert_eq!(settings.workers.concurrent_runs, 1);
}

#[test]
fn the_kernel_limit_may_not_be_hit_before_the_limits_of_v8() {
    refused(
        "[workers]\nmemory_mb = 511\n",
        "2:13: workers.memory_mb: `limits.heap_memory_max_mb` + `limits.array_buffer_mb` (512 MiB) is above `workers.memory_mb` (511 MiB)",
    );
    let settings = Setup::file("[workers]\nmemory_mb = 512\n").settings();
    assert_eq!(settings.workers.memory_bytes, 512 << 20);
    let settings =
        Setup::file("[limits]\nheap_memory_max_mb = 64\narray_buffer_mb = 16\n").settings();
    assert_eq!(settings.workers.memory_bytes, (64 + 16 + 512) << 20);
    assert_eq!(settings.workers.cgroup_memory_bytes, (64 + 16 + 512 + 64) << 20);
    refused(
        "[workers]\ncgroup_memory_mb = 511\n",
        "2:20: workers.cgroup_memory_mb: `limits.heap_memory_max_mb` + `limits.array_buffer_mb` (512 MiB) is above `workers.cgroup_memory_mb` (511 MiB)",
    );
    let settings = Setup::file("[workers]\ncgroup_memory_mb = 512\n").settings();
    assert_eq!(settings.workers.cgroup_memory_bytes, 512 << 20);
}

#[test]
fn a_server_without_a_way_in_is_refused() {
    refused(
        "[transport.stdio]\nenabled = false\n",
        "2:11: transport.stdio.enabled: no transport is enabled: neither transport.stdio nor [transport.http]",
    );
    Setup::file("[transport.stdio]\nenabled = false\n[transport.http]\n").settings();
    let both = Setup::file("[transport.stdio]\nenabled = true\n[transport.http]\n").settings();
    assert!(both.transport.stdio.enabled && both.transport.http.is_some());
}

#[test]
fn contradictions_are_reported_beside_wrong_values_but_not_because_of_them() {
    let file =
        "[limits]\nsync_wait_ms = 300001\nmax_execution_timeout_secs = \"x\"\nqueued_runs = 1\n";
    let problems = Setup::file(file).problems();
    assert_eq!(problems.len(), 2, "{problems:#?}");
    assert!(
        problems[0].contains("3:30: limits.max_execution_timeout_secs: expected"),
        "{problems:#?}"
    );
    assert!(
        problems[1].contains("4:15: limits.queued_runs: `limits.queued_runs_per"),
        "{problems:#?}"
    );
}
