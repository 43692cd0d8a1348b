//! Minutes on a clock that stands still until it is moved.

use super::*;
use tokio::time::advance;

fn meter() -> Meter {
    Meter::new(Some(Quotas {
        concurrent_runs: 1,
        runs_per_minute: 6,
        cpu_secs_per_minute: 60,
        stored_bytes: 100,
        mcp_sessions: 1,
        event_streams: 1,
    }))
}

fn wait(refused: Result<(), SubmitError>) -> Option<(&'static str, u64)> {
    match refused {
        Ok(()) => None,
        Err(SubmitError::Quota { quota, wait, .. }) => Some((quota, wait.as_secs())),
        Err(other) => panic!("{other}"),
    }
}

#[tokio::test(start_paused = true)]
async fn runs_beyond_a_minutes_worth_wait_for_their_part_of_it() {
    let meter = meter();
    (0..6).for_each(|_| assert_eq!(wait(meter.begin("a")), None));
    assert_eq!(wait(meter.begin("a")), Some(("quotas.runs_per_minute", 10)));
    assert_eq!(wait(meter.begin("b")), None, "another tenant has its own");
    advance(Duration::from_secs(10)).await;
    assert_eq!(wait(meter.begin("a")), None);
    assert!(wait(meter.begin("a")).is_some());
    advance(Duration::from_secs(3600)).await;
    (0..6).for_each(|_| assert_eq!(wait(meter.begin("a")), None));
    assert!(wait(meter.begin("a")).is_some(), "an hour is no more than a minute");
}

#[tokio::test(start_paused = true)]
async fn processor_time_that_was_overdrawn_is_made_up_for() {
    let meter = meter();
    meter.charge("a", Duration::from_secs(59));
    assert_eq!(wait(meter.begin("a")), None);
    meter.charge("a", Duration::from_secs(31));
    assert_eq!(wait(meter.begin("a")), Some(("quotas.cpu_secs_per_minute", 30)));
    assert_eq!(wait(meter.begin("b")), None);
    advance(Duration::from_secs(31)).await;
    assert_eq!(wait(meter.begin("a")), None);
}

#[tokio::test(start_paused = true)]
async fn what_is_stored_is_counted_again_after_a_while() {
    let meter = meter();
    assert!(meter.wants_count("a"));
    meter.counted("a", 100);
    assert!(!meter.wants_count("a") && meter.stored("a").is_ok());
    meter.counted("a", 101);
    assert!(matches!(meter.stored("a"), Err(SubmitError::StoredQuota { stored: 101, limit: 100 })));
    assert!(meter.stored("b").is_ok());
    advance(STORED_FOR).await;
    assert!(meter.wants_count("a"));
}

#[tokio::test(start_paused = true)]
async fn tenants_that_use_nothing_are_forgotten_and_the_others_not() {
    let meter = meter();
    (0..7).for_each(|_| drop(meter.begin("busy")));
    for at in 0..TENANTS_MAX {
        assert!(meter.wants_count(&at.to_string()));
    }
    assert!(meter.lock().len() <= TENANTS_MAX, "{}", meter.lock().len());
    assert!(wait(meter.begin("busy")).is_some());
}

#[test]
fn without_quotas_nothing_is_counted() {
    let meter = Meter::new(None);
    meter.charge("a", Duration::from_secs(1_000_000));
    (0..10_000).for_each(|_| assert!(meter.begin("a").is_ok()));
    assert!(!meter.wants_count("a") && meter.stored("a").is_ok());
}
