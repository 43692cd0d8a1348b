//! When a connection expires, on a clock that the tests move.

use super::*;

const TIMEOUTS: Timeouts =
    Timeouts { head: Duration::from_secs(10), idle: Duration::from_secs(75) };

/// Seconds until the connection expires; `None` within a day.
async fn expires_after(activity: &Activity) -> Option<u64> {
    let start = Instant::now();
    let day = Duration::from_secs(86_400);
    tokio::time::timeout(day, activity.expired()).await.ok().map(|()| start.elapsed().as_secs())
}

#[tokio::test(start_paused = true)]
async fn a_new_connection_has_the_time_of_a_head() {
    assert_eq!(expires_after(&Activity::new(TIMEOUTS)).await, Some(10));
}

#[tokio::test(start_paused = true)]
async fn bytes_that_drip_do_not_prolong_a_head() {
    let activity = Activity::new(TIMEOUTS);
    tokio::time::advance(Duration::from_secs(9)).await;
    activity.read();
    assert_eq!(expires_after(&activity).await, Some(1));
}

#[tokio::test(start_paused = true)]
async fn a_request_that_runs_has_no_deadline_and_leaves_an_idle_connection() {
    let activity = Activity::new(TIMEOUTS);
    activity.began(false);
    assert_eq!(expires_after(&activity).await, None);
    activity.ended();
    assert_eq!(expires_after(&activity).await, Some(75));
}

#[tokio::test(start_paused = true)]
async fn the_first_byte_after_an_answer_begins_the_time_of_the_next_head() {
    let activity = Activity::new(TIMEOUTS);
    activity.began(false);
    activity.ended();
    tokio::time::advance(Duration::from_secs(30)).await;
    activity.read();
    assert_eq!(expires_after(&activity).await, Some(10));
}

#[tokio::test(start_paused = true)]
async fn pings_do_not_keep_an_http2_connection_open() {
    let activity = Activity::new(TIMEOUTS);
    activity.began(true);
    activity.began(true);
    activity.ended();
    assert_eq!(expires_after(&activity).await, None, "one stream is open");
    activity.ended();
    tokio::time::advance(Duration::from_secs(30)).await;
    activity.read();
    assert_eq!(expires_after(&activity).await, Some(45));
}

#[tokio::test(start_paused = true)]
async fn a_client_that_takes_nothing_expires_while_its_request_runs() {
    let activity = Activity::new(TIMEOUTS);
    activity.began(false);
    activity.stalled();
    tokio::time::advance(Duration::from_secs(70)).await;
    activity.wrote();
    activity.stalled();
    assert_eq!(expires_after(&activity).await, Some(75), "what it took counts");
}

#[tokio::test(start_paused = true)]
async fn a_change_reaches_whoever_waits_already() {
    let activity = Activity::new(TIMEOUTS);
    activity.began(false);
    let start = Instant::now();
    let change = async {
        tokio::task::yield_now().await;
        activity.ended();
        tokio::task::yield_now().await;
        activity.read();
    };
    let ((), ()) = tokio::join!(activity.expired(), change);
    assert_eq!(start.elapsed(), TIMEOUTS.head);
}
