//! `GET /api/executions` and `GET /api/executions/{id}`.

use crate::fake::{ENDLESS, Fake};
use crate::surface::{get, http, surface};
use mcp_v8_executions::{ListQuery, Status};
use mcp_v8_sandbox::{ExecutionId, Principal};
use serde_json::json;
use std::time::Duration;

#[tokio::test]
async fn a_list_is_read_page_by_page_newest_first() {
    let fake = Fake::new();
    let router = surface(&fake, http(&fake));
    let mut ids: Vec<_> =
        (0..3).map(|n| fake.add(&Principal::local(), &n.to_string()).to_string()).collect();
    ids.reverse();
    let first = get(&router, "/api/executions?limit=2").await.json();
    let second = get(
        &router,
        &format!("/api/executions?limit=2&before={}", first["next"].as_str().expect("more")),
    )
    .await
    .json();
    let listed = [&first, &second]
        .map(|page| page["executions"].as_array().expect("a list").clone())
        .concat();
    let listed: Vec<_> =
        listed.iter().map(|one| one["execution_id"].as_str().expect("an id").to_owned()).collect();
    assert_eq!(listed, ids);
    assert!(second.get("next").is_none(), "{second}");
}

#[tokio::test]
async fn a_list_is_filtered_by_status_and_session() {
    let fake = Fake::new();
    let router = surface(&fake, http(&fake));
    let id = ExecutionId::generate();
    let path = format!("/api/executions?limit=1000&before={id}&status=timed_out&session=a@b");
    assert_eq!(get(&router, &path).await.status, 200);
    assert_eq!(get(&router, "/api/executions").await.json(), json!({ "executions": [] }));
    let session = Some("a@b".parse().expect("a name"));
    let filtered =
        ListQuery { limit: 1000, before: Some(id), status: Some(Status::TimedOut), session };
    assert_eq!(fake.asked().lists, [filtered, ListQuery::default()]);
}

#[tokio::test]
async fn parameters_of_a_list_that_are_out_of_range_are_refused_by_name() {
    let fake = Fake::new();
    let router = surface(&fake, http(&fake));
    for (query, name) in [
        ("limit=0", "limit"),
        ("limit=1001", "limit"),
        ("limit=-1", "limit"),
        ("limit=x", "limit"),
        ("limit=", "limit"),
        ("limit=1&limit=2", "limit"),
        ("before=x", "before"),
        ("status=done", "status"),
        ("session=../x", "session"),
        ("offset=1", "offset"),
        ("%ff=1", "query"),
    ] {
        let detail =
            get(&router, &format!("/api/executions?{query}")).await.problem(400, "error.request");
        assert!(detail.contains(name), "{query}: {detail}");
    }
    assert!(fake.asked().lists.is_empty());
}

#[tokio::test]
async fn an_execution_is_shown_as_it_is_or_after_a_wait_within_the_limit() {
    let fake = Fake::with(&[("limits.sync_wait_ms", json!(70))]);
    let router = surface(&fake, http(&fake));
    let id = fake.add(&Principal::local(), ENDLESS);
    for query in ["", "?wait_ms=60", "?wait_ms=80", "?wait_ms=18446744073709551615"] {
        let view = get(&router, &format!("/api/executions/{id}{query}")).await;
        assert_eq!((view.status, &view.json()["status"]), (200, &json!("running")), "{query}");
    }
    let waits = fake.asked().waits;
    assert_eq!(waits, [0, 60, 70, 70].map(Duration::from_millis));
    let done = fake.add(&Principal::local(), "1");
    let view = get(&router, &format!("/api/executions/{done}")).await.json();
    assert_eq!(
        (&view["status"], &view["result_kind"], &view["execution_id"]),
        (&json!("completed"), &json!("json"), &json!(done.to_string()))
    );
    let path = format!("/api/executions/{id}?wait=1");
    assert!(get(&router, &path).await.problem(400, "error.request").contains("wait"));
}

#[tokio::test]
async fn unknown_foreign_and_malformed_ids_answer_alike() {
    let fake = Fake::new();
    let router = surface(&fake, http(&fake));
    let foreign = fake.add(&Principal::new("other", "other"), "1").to_string();
    let unknown = ExecutionId::generate().to_string();
    let own = fake.add(&Principal::local(), "1").to_string();
    for rest in ["", "/output"] {
        let mut details = Vec::new();
        for id in [foreign.as_str(), &unknown, "x", "%ff", "%2e%2e", "..;", "0"] {
            details.push(
                get(&router, &format!("/api/executions/{id}{rest}"))
                    .await
                    .problem(404, "error.not_found"),
            );
        }
        assert!(details.iter().all(|detail| detail == &details[0]), "{details:?}");
        assert_eq!(get(&router, &format!("/api/executions/{own}{rest}")).await.status, 200);
    }
}
