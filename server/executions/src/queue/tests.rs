//! Fairness, order and bounds of the queue.

use super::*;
use std::time::Duration;

fn run(tenant: &str, session: Option<&str>) -> Queued {
    let limits = Limits {
        wall: Duration::from_secs(1),
        cpu: Duration::from_secs(1),
        heap_bytes: 1,
        buffer_bytes: 1,
        output_bytes: 1,
        artifact_bytes: 1,
        artifacts_bytes: 1,
        artifacts: 1,
        result_bytes: 1,
        source_bytes: 1,
        checkpoint_bytes: 1,
        save: std::time::Duration::from_secs(1),
    };
    Queued {
        id: ExecutionId::generate(),
        principal: Principal::new(tenant, "someone"),
        source: String::new(),
        session: session.map(|name| name.parse().expect("a good name")),
        heap: None,
        keeps: true,
        tags: Default::default(),
        limits,
        since: Instant::now(),
    }
}

fn queue(waiting: usize, waiting_per_tenant: usize) -> Queue {
    Queue::new(Bounds { waiting, waiting_per_tenant, running_per_tenant: usize::MAX })
}

#[test]
fn a_tenant_runs_so_many_at_once_and_leaves_its_places_to_others() {
    let bounds = Bounds { waiting: 100, waiting_per_tenant: 100, running_per_tenant: 2 };
    let mut queue = Queue::new(bounds);
    (0..5).for_each(|_| queue.push(run("a", None)));
    queue.push(run("b", None));
    let popped = |queue: &mut Queue| queue.pop().map(|run| run.principal.tenant().to_owned());
    let first: Vec<_> = (0..3).filter_map(|_| popped(&mut queue)).collect();
    assert_eq!(first, ["a", "b", "a"]);
    assert_eq!((popped(&mut queue), queue.waiting_of("a")), (None, 3));
    queue.ended("b", None);
    assert_eq!(popped(&mut queue), None, "the place of another is none of its own");
    queue.ended("a", None);
    assert_eq!(popped(&mut queue).as_deref(), Some("a"));
}

#[test]
fn a_tenant_with_many_runs_does_not_make_another_wait_for_all_of_them() {
    let mut queue = queue(100, 100);
    (0..10).for_each(|_| queue.push(run("a", None)));
    queue.push(run("b", None));
    let first: Vec<_> =
        (0..2).filter_map(|_| queue.pop()).map(|run| run.principal.tenant().to_owned()).collect();
    assert_eq!(first, ["a", "b"]);
}

#[test]
fn runs_of_one_session_go_one_by_one_in_order_and_others_pass_them() {
    let mut queue = queue(100, 100);
    let runs = [run("a", Some("s")), run("a", Some("s")), run("a", None)];
    let ids: Vec<_> = runs.iter().map(|run| run.id).collect();
    runs.into_iter().for_each(|run| queue.push(run));
    let first = queue.pop().expect("the first of the session");
    assert_eq!(first.id, ids[0]);
    assert_eq!(queue.pop().map(|run| run.id), Some(ids[2]));
    assert!(queue.pop().is_none(), "the session is busy");
    queue.release(first.session_key().as_ref());
    assert_eq!(queue.pop().map(|run| run.id), Some(ids[1]));
}

#[test]
fn sessions_of_the_same_name_in_two_tenants_are_two_sessions() {
    let mut queue = queue(100, 100);
    queue.push(run("a", Some("s")));
    queue.push(run("b", Some("s")));
    assert!(queue.pop().is_some() && queue.pop().is_some());
}

#[test]
fn the_bounds_hold_for_all_and_for_each() {
    let mut queue = queue(3, 2);
    queue.push(run("a", None));
    queue.push(run("a", None));
    assert_eq!(queue.room("a"), Err(Full::Tenant));
    assert_eq!(queue.room("b"), Ok(()));
    queue.push(run("b", None));
    assert_eq!(queue.room("c"), Err(Full::Queue));
    queue.pop();
    assert_eq!(queue.room("c"), Ok(()));
}

#[test]
fn a_run_that_is_taken_out_leaves_the_rest_in_place() {
    let mut queue = queue(10, 10);
    let keep = run("a", None);
    let (gone, kept) = (run("a", None), keep.id);
    let id = gone.id;
    queue.push(gone);
    queue.push(keep);
    assert!(queue.remove("b", id).is_none(), "not another tenant's");
    assert_eq!(queue.remove("a", id).map(|run| run.id), Some(id));
    assert_eq!((queue.len(), queue.pop().map(|run| run.id)), (1, Some(kept)));
    assert_eq!(queue.len(), 0);
}

#[test]
fn a_tenant_that_fills_the_queue_stands_before_each_run_of_another_once_at_most() {
    // E35, the queue's part: fifty runs of b, one after the other, while a has hundreds waiting.
    let mut queue = queue(1000, 1000);
    (0..500).for_each(|_| queue.push(run("a", None)));
    for turn in 0..50 {
        let own = run("b", None);
        let id = own.id;
        queue.push(own);
        let served: Vec<_> = (0..2).filter_map(|_| queue.pop()).map(|run| run.id).collect();
        assert!(served.contains(&id), "run {turn} of b");
    }
    // And a is not starved either.
    assert_eq!(queue.waiting_of("a"), 450);
}

#[test]
fn a_session_is_unused_only_while_no_run_has_it_and_none_waits_for_it() {
    let mut queue = queue(100, 100);
    let key = ("a".to_owned(), "s".parse().expect("a good name"));
    queue.push(run("a", Some("s")));
    queue.push(run("b", Some("t")));
    assert!(!queue.hold_unused(&key), "one waits");
    let first = queue.pop().expect("its run");
    assert_eq!(first.session_key().as_ref(), Some(&key));
    assert!(!queue.hold_unused(&key), "one runs");
    queue.release(Some(&key));
    assert!(queue.hold_unused(&key));
    assert!(!queue.hold_unused(&key), "somebody has it");
    queue.push(run("a", Some("s")));
    assert_eq!(queue.pop().map(|run| run.principal.tenant().to_owned()), Some("b".into()));
    assert!(queue.pop().is_none(), "its runs wait for whoever holds it");
    queue.release(Some(&key));
    assert!(queue.pop().is_some());
}
