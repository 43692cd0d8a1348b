//! `[quotas]`: in force where tenants are told apart.

use crate::support::Setup;

const AUTH: &str =
    "[auth]\nissuer = \"https://id.example.org\"\nresource = \"https://mcp.example.org/mcp\"\n";

#[test]
fn without_authentication_there_is_one_tenant_and_no_quota() {
    assert_eq!(Setup::file("[quotas]\nruns_per_minute = 1\n").settings().quotas, None);
}

#[test]
fn a_tenant_has_half_of_the_places_and_the_documented_rest() {
    let quotas = |lines: &str| Setup::file(format!("{AUTH}{lines}")).settings().quotas.unwrap();
    let usual = quotas("[workers]\nconcurrent_runs = 8\n");
    assert_eq!((usual.concurrent_runs, usual.runs_per_minute), (4, 600));
    assert_eq!((usual.cpu_secs_per_minute, usual.stored_bytes), (60, 1 << 30));
    assert_eq!((usual.mcp_sessions, usual.event_streams), (100, 32));
    assert_eq!(quotas("[workers]\nconcurrent_runs = 1\n").concurrent_runs, 1);
    assert_eq!(
        quotas("[workers]\nconcurrent_runs = 3\n[quotas]\nconcurrent_runs = 3\n").concurrent_runs,
        3
    );
}

#[test]
fn one_tenant_may_not_run_more_at_once_than_all() {
    let lines = "[workers]\nconcurrent_runs = 2\n[quotas]\nconcurrent_runs = 3\n";
    let problem = Setup::file(format!("{AUTH}{lines}")).problem();
    let expected = "`quotas.concurrent_runs` (3) is above `workers.concurrent_runs` (2)";
    assert!(problem.contains(expected), "{problem}");
}
