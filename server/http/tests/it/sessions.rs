//! `/api/sessions` and the history of a session.

use crate::fake::Fake;
use crate::surface::{get, http, request, send, surface};
use axum::Router;
use axum::body::Body;
use axum::http::Method;
use mcp_v8_executions::{SessionQuery, SnapshotQuery};
use mcp_v8_sandbox::Principal;
use serde_json::{Value, json};

fn other() -> Principal {
    Principal::new("other", "other")
}

async fn delete(router: &Router, path: &str) -> crate::surface::Answer {
    send(router, request(Method::DELETE, path, &[], Body::empty())).await
}

fn names(page: &Value) -> Vec<&str> {
    let sessions = page["sessions"].as_array().expect("a list").iter();
    sessions.map(|session| session["session"].as_str().expect("a name")).collect()
}

#[tokio::test]
async fn sessions_are_read_page_by_page_and_foreign_ones_are_not_among_them() {
    let fake = Fake::new();
    let router = surface(&fake, http(&fake));
    for name in ["c", "a@b", "b"] {
        fake.add_session(&Principal::local(), name, &[1, 2]);
    }
    fake.add_session(&other(), "aa", &[3]);
    let first = get(&router, "/api/sessions?limit=2").await.json();
    assert_eq!((names(&first), &first["next"]), (vec!["a@b", "b"], &json!("b")));
    let second = get(&router, "/api/sessions?limit=2&after=b").await.json();
    assert_eq!((names(&second), second.get("next")), (vec!["c"], None));
    assert_eq!(
        second["sessions"][0],
        json!({
            "session": "c", "heap": "02".repeat(32), "kind": "values", "runs": 2, "bytes": 2,
            "created_at": "1970-01-01T00:00:00.000Z", "updated_at": "1970-01-01T00:00:00.001Z",
        })
    );
    get(&router, "/api/sessions").await;
    assert_eq!(fake.asked().sessions[2], SessionQuery::default());
}

#[tokio::test]
async fn a_history_is_read_newest_first_with_the_fields_that_are_asked_for() {
    let fake = Fake::new();
    let router = surface(&fake, http(&fake));
    fake.add_session(&Principal::local(), "s", &[1, 2, 3]);
    let path = "/api/sessions/s/snapshots";
    let all = get(&router, path).await.json();
    let newest = &all["entries"][0];
    assert_eq!(
        (&all["session"], &newest["index"], &newest["code"]),
        (&json!("s"), &json!(3), &json!("run 3"))
    );
    assert_eq!(
        (&newest["output_heap"], &newest["input_heap"]),
        (&json!("03".repeat(32)), &json!("02".repeat(32)))
    );
    assert!(newest.get("error_code").is_none() && newest["stored"] == true, "{newest}");
    let oldest = &all["entries"][2];
    assert_eq!((&oldest["error_code"], oldest.get("input_heap")), (&json!("error.script"), None));
    let page = get(&router, &format!("{path}?limit=2&fields=index,timestamp")).await.json();
    let expected = json!([
        { "index": 3, "timestamp": "1970-01-01T00:00:00.003Z" },
        { "index": 2, "timestamp": "1970-01-01T00:00:00.002Z" },
    ]);
    assert_eq!((&page["entries"], &page["next"]), (&expected, &json!(2)));
    let last = get(&router, &format!("{path}?before=2&fields=code_bytes")).await.json();
    assert_eq!((&last["entries"], last.get("next")), (&json!([{ "code_bytes": 5 }]), None));
    let asked = fake.asked().snapshots;
    let query = |limit, before, sources| SnapshotQuery { limit, before, sources };
    assert_eq!(asked, [query(20, None, true), query(2, None, false), query(20, Some(2), true)]);
}

#[tokio::test]
async fn a_session_is_deleted_once_and_not_while_it_runs() {
    let fake = Fake::new();
    let router = surface(&fake, http(&fake));
    fake.add_session(&Principal::local(), "s", &[1]);
    fake.add_session(&Principal::local(), "busy", &[1]);
    fake.occupy("busy");
    let deleted = delete(&router, "/api/sessions/s").await;
    assert_eq!((deleted.status, deleted.body.len()), (204, 0));
    let gone = delete(&router, "/api/sessions/s").await.problem(404, "error.not_found");
    assert!(gone.contains("session s"), "{gone}");
    let busy = delete(&router, "/api/sessions/busy").await.problem(409, "error.conflict");
    assert!(busy.contains("busy") && busy.contains("cancel"), "{busy}");
    assert_eq!(names(&get(&router, "/api/sessions").await.json()), ["busy"]);
}

#[tokio::test]
async fn unknown_and_foreign_sessions_answer_alike_and_malformed_names_are_refused_unasked() {
    let fake = Fake::new();
    let router = surface(&fake, http(&fake));
    fake.add_session(&other(), "foreign", &[1]);
    let words = |detail: String, name: &str| detail.replace(name, "?");
    let foreign = get(&router, "/api/sessions/foreign/snapshots").await;
    let unknown = get(&router, "/api/sessions/unknown/snapshots").await;
    assert_eq!(
        words(foreign.problem(404, "error.not_found"), "foreign"),
        words(unknown.problem(404, "error.not_found"), "unknown")
    );
    delete(&router, "/api/sessions/foreign").await.problem(404, "error.not_found");
    let asked = fake.asked().snapshots.len();
    for bad in [".", "..%2fx", "a%20b", "%ff", "a%00", "%c3%a4", &"x".repeat(129)] {
        // The dot and the slash are encoded: a client would take them out of the path.
        let bad = bad.replace('.', "%2e");
        let path = format!("/api/sessions/{bad}");
        delete(&router, &path).await.problem(400, "error.request");
        get(&router, &format!("{path}/snapshots")).await.problem(400, "error.request");
    }
    for (query, name) in [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("before=x", "before"),
        ("fields=index,output_fs", "output_fs"),
        ("after=1", "after"),
    ] {
        let path = format!("/api/sessions/s/snapshots?{query}");
        let detail = get(&router, &path).await.problem(400, "error.request");
        assert!(detail.contains(name), "{query}: {detail}");
    }
    let detail = get(&router, "/api/sessions?after=../x").await.problem(400, "error.request");
    assert!(detail.contains("after"), "{detail}");
    assert_eq!(fake.asked().snapshots.len(), asked, "nothing was looked up");
}
