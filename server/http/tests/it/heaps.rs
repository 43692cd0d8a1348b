//! `/api/heaps`: one, by tags, and their tags.

use crate::fake::Fake;
use crate::surface::{Answer, get, http, request, send, surface};
use axum::Router;
use axum::body::Body;
use axum::http::Method;
use mcp_v8_executions::TagQuery;
use mcp_v8_sandbox::Principal;
use serde_json::{Value, json};

async fn change(router: &Router, method: Method, path: &str, body: &Value) -> Answer {
    let headers = [("content-type", "application/json")];
    send(router, request(method, path, &headers, body.to_string())).await
}

async fn set(router: &Router, id: &str, tags: &Value) -> Answer {
    change(router, Method::PUT, &format!("/api/heaps/{id}/tags"), &json!({ "tags": tags })).await
}

async fn delete(router: &Router, path: &str) -> Answer {
    send(router, request(Method::DELETE, path, &[], Body::empty())).await
}

fn found(page: &Value) -> Vec<String> {
    let heaps = page["results"].as_array().expect("a list").iter();
    heaps.map(|one| one["heap"].as_str().expect("an id").to_owned()).collect()
}

#[tokio::test]
async fn a_heap_is_shown_with_where_it_came_from_and_its_tags() {
    let fake = Fake::new();
    let router = surface(&fake, http(&fake));
    let id = fake.add_heap(&Principal::local(), 1).to_string();
    assert_eq!(set(&router, &id, &json!({ "k": "v" })).await.status, 200);
    assert_eq!(
        get(&router, &format!("/api/heaps/{id}")).await.json(),
        json!({
            "heap": id, "kind": "values", "parent": "00".repeat(32), "engine": "an engine",
            "values_bytes": 3, "heap_bytes": 0, "stored_bytes": 2,
            "created_at": "1970-01-01T00:00:00.000Z", "used_at": "1970-01-01T00:00:00.001Z",
            "lost": [{ "name": "f", "reason": "a reason" }], "tags": { "k": "v" },
        })
    );
}

#[tokio::test]
async fn tags_are_replaced_read_and_deleted_by_name_or_all() {
    let fake = Fake::new();
    let router = surface(&fake, http(&fake));
    let id = fake.add_heap(&Principal::local(), 1).to_string();
    let path = format!("/api/heaps/{id}/tags");
    assert_eq!(get(&router, &path).await.json(), json!({ "tags": {} }));
    set(&router, &id, &json!({ "old": "1" })).await;
    let four = json!({ "a": "1", "b,c": "2", "d=&": "3", "e": "" });
    assert_eq!(set(&router, &id, &four).await.json(), json!({ "tags": four }));
    assert_eq!(get(&router, &path).await.json(), json!({ "tags": four }));
    let some = delete(&router, &format!("{path}?key=b%2Cc&key=d%3D%26&key=unknown")).await;
    assert_eq!((some.status, some.body.len()), (204, 0));
    assert_eq!(get(&router, &path).await.json(), json!({ "tags": { "a": "1", "e": "" } }));
    for bad in ["key=", "key=a&key=", "keys=a", "key"] {
        delete(&router, &format!("{path}?{bad}")).await.problem(400, "error.request");
    }
    assert_eq!(get(&router, &path).await.json(), json!({ "tags": { "a": "1", "e": "" } }));
    assert_eq!(delete(&router, &path).await.status, 204);
    assert_eq!(get(&router, &path).await.json(), json!({ "tags": {} }));
}

#[tokio::test]
async fn tags_that_no_heap_can_have_are_refused_and_change_nothing() {
    let fake = Fake::new();
    let router = surface(&fake, http(&fake));
    let id = fake.add_heap(&Principal::local(), 1).to_string();
    set(&router, &id, &json!({ "a": "1" })).await;
    let path = format!("/api/heaps/{id}/tags");
    for body in
        [json!({}), json!({ "tags": [] }), json!({ "tags": { "a": 1 } }), json!({ "a": "1" })]
    {
        change(&router, Method::PUT, &path, &body).await.problem(400, "error.request");
    }
    send(&router, request(Method::PUT, &path, &[], "{")).await.problem(400, "error.request");
    set(&router, &id, &json!({ "": "1" })).await.problem(400, "error.request");
    set(&router, &id, &json!({ "a": "x".repeat(1025) })).await.problem(413, "limit.size");
    assert_eq!(get(&router, &path).await.json(), json!({ "tags": { "a": "1" } }));
}

#[tokio::test]
async fn heaps_are_found_by_all_of_their_tags_page_by_page() {
    let fake = Fake::new();
    let router = surface(&fake, http(&fake));
    let ids: Vec<String> =
        (1..=3).map(|number| fake.add_heap(&Principal::local(), number).to_string()).collect();
    for id in &ids {
        set(&router, id, &json!({ "project": "x y", "a.b=c": "ä&" })).await;
    }
    set(&router, &ids[1], &json!({ "project": "x y" })).await;
    let query = "/api/heaps?tag.project=x+y&tag.a.b%3Dc=%C3%A4%26";
    let both = get(&router, query).await.json();
    assert_eq!(found(&both), [ids[0].as_str(), &ids[2]]);
    assert_eq!(both["results"][0]["tags"], json!({ "project": "x y", "a.b=c": "ä&" }));
    let first = get(&router, "/api/heaps?tag.project=x%20y&limit=2").await.json();
    let next = first["next"].as_str().expect("more").to_owned();
    let second =
        get(&router, &format!("/api/heaps?tag.project=x%20y&limit=2&after={next}")).await.json();
    assert_eq!([found(&first), found(&second)].concat(), ids);
    assert!(second.get("next").is_none(), "{second}");
    let tags = [("project".to_owned(), "x y".to_owned())].into();
    let after = Some(next.parse().expect("an id"));
    assert_eq!(fake.asked().tag_searches[2], TagQuery { tags, limit: 2, after });
}

#[tokio::test]
async fn a_search_that_is_malformed_is_refused_by_name() {
    let fake = Fake::new();
    let router = surface(&fake, http(&fake));
    for (query, name) in [
        ("", "at least one"),
        ("limit=1", "at least one"),
        ("project=x", "project"),
        ("tags=x", "tags"),
        ("tag.a=1&tag.a=2", "tag.a"),
        ("tag.a=1&limit=1&limit=2", "limit"),
        ("tag.a=1&limit=0", "limit"),
        ("tag.a=1&limit=x", "limit"),
        ("tag.a=1&after=../x", "after"),
    ] {
        let detail =
            get(&router, &format!("/api/heaps?{query}")).await.problem(400, "error.request");
        assert!(detail.contains(name), "{query}: {detail}");
    }
}

#[tokio::test]
async fn unknown_and_foreign_heaps_answer_alike_and_malformed_ids_are_refused_as_such() {
    let fake = Fake::new();
    let router = surface(&fake, http(&fake));
    let foreign = fake.add_heap(&Principal::new("other", "other"), 7).to_string();
    let unknown = crate::fake::states::heap_id(8).to_string();
    for rest in ["", "/tags"] {
        let details = [&foreign, &unknown].map(|id| (id, format!("/api/heaps/{id}{rest}")));
        let mut said = Vec::new();
        for (id, path) in details {
            let detail = get(&router, &path).await.problem(404, "error.not_found");
            assert!(detail.contains(id.as_str()), "{detail}");
            said.push(detail.replace(id.as_str(), "?"));
        }
        assert_eq!(said[0], said[1]);
        for bad in [
            "x",
            "..%2f..%2fetc%2fpasswd",
            &foreign[1..],
            &unknown.to_uppercase().replace('0', "A"),
            "%ff",
        ] {
            let path = format!("/api/heaps/{bad}{rest}");
            let detail = get(&router, &path).await.problem(400, "error.request");
            assert!(detail.contains("64 hexadecimal"), "{detail}");
        }
    }
    set(&router, &foreign, &json!({ "a": "1" })).await.problem(404, "error.not_found");
    set(&router, "x", &json!({ "a": "1" })).await.problem(400, "error.request");
    delete(&router, &format!("/api/heaps/{foreign}/tags")).await.problem(404, "error.not_found");
}

#[tokio::test]
async fn a_server_that_keeps_nothing_says_so_everywhere() {
    let fake = Fake::new();
    let router = surface(&fake, http(&fake));
    let id = fake.add_heap(&Principal::local(), 1).to_string();
    fake.keep_nothing();
    for path in [
        "/api/sessions".to_owned(),
        "/api/sessions/s/snapshots".to_owned(),
        "/api/heaps?tag.a=1".to_owned(),
        format!("/api/heaps/{id}"),
        format!("/api/heaps/{id}/tags"),
    ] {
        let detail = get(&router, &path).await.problem(400, "error.request");
        assert!(detail.contains("storage.kind"), "{path}: {detail}");
    }
    delete(&router, "/api/sessions/s").await.problem(400, "error.request");
}
