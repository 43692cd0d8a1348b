//! `/api/artifacts`.

use crate::fake::Fake;
use crate::surface::{get, http, surface};
use mcp_v8_sandbox::{Code, Principal};

#[tokio::test]
async fn an_artifact_is_a_download_and_never_a_page_of_this_server() {
    let fake = Fake::new();
    let router = surface(&fake, http(&fake));
    let page = b"<script>alert(1)</script>";
    fake.add_artifact(&Principal::local(), "a/b \"\u{e4}.html", "text/html; charset=utf-8", page);
    let answer = get(&router, "/api/artifacts/a%2Fb%20%22%C3%A4.html").await;
    assert_eq!((answer.status, &answer.body[..]), (200, &page[..]));
    let header = |name: &str| answer.response.headers()[name].to_str().expect("ASCII").to_owned();
    assert_eq!(header("content-type"), "text/html; charset=utf-8");
    assert_eq!(
        header("content-disposition"),
        "attachment; filename*=UTF-8''a%2Fb%20%22%C3%A4%2Ehtml"
    );
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert!(header("content-security-policy").contains("sandbox"));
}

#[tokio::test]
async fn artifacts_are_listed_newest_first_in_pages() {
    let fake = Fake::new();
    let router = surface(&fake, http(&fake));
    for key in ["one", "two", "three"] {
        fake.add_artifact(&Principal::local(), key, "text/plain", b"x");
    }
    let first = get(&router, "/api/artifacts?limit=2").await.json();
    let keys = |page: &serde_json::Value| -> Vec<String> {
        let list = page["artifacts"].as_array().expect("a list");
        list.iter().map(|one| one["key"].as_str().expect("text").to_owned()).collect()
    };
    assert_eq!(keys(&first), ["three", "two"]);
    let second =
        get(&router, &format!("/api/artifacts?limit=2&before={}", first["next"])).await.json();
    assert_eq!(keys(&second), ["one"]);
    assert!(second["next"].is_null());
}

#[tokio::test]
async fn unknown_and_foreign_artifacts_answer_alike_and_bad_parameters_are_named() {
    let fake = Fake::new();
    let router = surface(&fake, http(&fake));
    fake.add_artifact(&Principal::new("other", "other"), "foreign", "text/plain", b"x");
    let foreign = get(&router, "/api/artifacts/foreign").await;
    let unknown = get(&router, "/api/artifacts/unknown").await;
    assert_eq!((foreign.status, foreign.json()), (unknown.status, unknown.json()));
    assert_eq!(foreign.json()["code"], Code::ErrorNotFound.as_str());
    for (query, named) in [("limit=0", "limit"), ("limit=1001", "limit"), ("befor=1", "befor")] {
        let refused = get(&router, &format!("/api/artifacts?{query}")).await;
        assert_eq!(refused.status, 400, "{query}");
        assert!(
            refused.json()["detail"].as_str().is_some_and(|text| text.contains(named)),
            "{query}"
        );
    }
    assert_eq!(get(&router, "/api/artifacts?execution_id=nothing").await.status, 404);
    assert_eq!(get(&router, "/api/artifacts/%FF").await.status, 404);
}
