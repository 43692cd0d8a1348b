//! `[metrics]`: who may read the counters.

use crate::support::Setup;

fn metrics(lines: &str) -> Setup {
    Setup::file(format!("[metrics]\n{lines}\n"))
}

#[test]
fn without_an_address_there_is_no_listener_and_with_one_it_has_bounds() {
    assert_eq!(metrics("").settings().metrics, None);
    let own = metrics("listen = [\"127.0.0.1:9464\"]\nallowed_hosts = [\"Mon.example:9464\"]");
    let own = own.settings().metrics.unwrap();
    assert_eq!(own.listen, ["127.0.0.1:9464".parse().unwrap()]);
    assert_eq!((own.allowed_hosts, own.max_connections), (vec!["mon.example:9464".into()], 16));
}

#[test]
fn an_address_that_other_machines_reach_needs_a_permission_even_with_authentication() {
    let problem = metrics("listen = [\"0.0.0.0:9464\"]").problem();
    assert!(problem.starts_with("mcp-v8.toml:2:11: metrics.listen[0]: 0.0.0.0:9464"), "{problem}");
    assert!(problem.contains("metrics.allow_public = true"), "{problem}");
    let allowed = metrics("listen = [\"0.0.0.0:9464\"]\nallow_public = true").settings();
    assert!(allowed.metrics.is_some());
}

#[test]
fn what_is_no_address_or_no_host_is_refused() {
    let problems = metrics("listen = [\"localhost:1\"]\nallowed_hosts = [\"*\"]").problems();
    assert_eq!(problems.len(), 2, "{problems:#?}");
}
