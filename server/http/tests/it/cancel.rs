//! `POST /api/executions/{id}/cancel`.

use crate::fake::{ENDLESS, Fake};
use crate::surface::{get, http, post, surface};
use mcp_v8_sandbox::{ExecutionId, Principal};
use serde_json::json;

#[tokio::test]
async fn a_cancelled_execution_is_shown_as_it_is_now() {
    let fake = Fake::new();
    let router = surface(&fake, http(&fake));
    let id = fake.add(&Principal::local(), ENDLESS);
    let answer = post(&router, &format!("/api/executions/{id}/cancel"), &[], "").await;
    let body = answer.json();
    assert_eq!(
        (answer.status, &body["ok"], &body["status"]),
        (200, &json!(true), &json!("cancelled"))
    );
    assert_eq!(body["execution_id"], id.to_string());
    assert_eq!(get(&router, &format!("/api/executions/{id}")).await.json()["status"], "cancelled");
}

#[tokio::test]
async fn a_finished_execution_stays_as_it_is_and_an_unknown_one_is_not_found() {
    let fake = Fake::new();
    let router = surface(&fake, http(&fake));
    let id = fake.add(&Principal::local(), "1");
    get(&router, &format!("/api/executions/{id}")).await;
    assert_eq!(
        post(&router, &format!("/api/executions/{id}/cancel"), &[], "").await.json()["status"],
        "completed"
    );
    let foreign = fake.add(&Principal::new("other", "other"), ENDLESS);
    for id in [foreign.to_string(), ExecutionId::generate().to_string(), "x".to_owned()] {
        post(&router, &format!("/api/executions/{id}/cancel"), &[], "")
            .await
            .problem(404, "error.not_found");
    }
}
