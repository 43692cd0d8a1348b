//! Every route there is, and who may use it. A path that is not listed here does not exist, even where the router knows
//! it: a new route is closed until somebody decides. Not the proof of who somebody is: that is `layer::principal`.

use axum::extract::{MatchedPath, Request};

/// Who may use a route where there is authentication.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Everybody.
    Public,
    /// Callers who have proven who they are.
    Caller,
}

/// Patterns as the router has them.
pub const TABLE: &[(&str, Access)] = &[
    ("/.well-known/oauth-protected-resource", Access::Public),
    ("/.well-known/oauth-protected-resource/{*resource}", Access::Public),
    ("/healthz", Access::Public),
    ("/readyz", Access::Public),
    ("/", Access::Caller),
    ("/api-doc/openapi.json", Access::Caller),
    ("/api/artifacts", Access::Caller),
    ("/api/artifacts/{key}", Access::Caller),
    ("/api/exec", Access::Caller),
    ("/api/executions", Access::Caller),
    ("/api/executions/{id}", Access::Caller),
    ("/api/executions/{id}/cancel", Access::Caller),
    ("/api/executions/{id}/events", Access::Caller),
    ("/api/executions/{id}/output", Access::Caller),
    ("/api/heaps", Access::Caller),
    ("/api/heaps/{id}", Access::Caller),
    ("/api/heaps/{id}/tags", Access::Caller),
    ("/api/sessions", Access::Caller),
    ("/api/sessions/{name}", Access::Caller),
    ("/api/sessions/{name}/snapshots", Access::Caller),
    ("/api/version", Access::Caller),
    ("/mcp", Access::Caller),
    ("/mcp/", Access::Caller),
    ("/metrics", Access::Caller),
];

/// What the table says of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// For whom it is.
    Listed(Access),
    /// The router has a route that nobody put into the table.
    Unlisted,
    /// There is none: the fallback answers.
    None,
}

/// Looks a request up.
pub fn of(request: &Request) -> Route {
    let Some(path) = request.extensions().get::<MatchedPath>() else { return Route::None };
    let listed = TABLE.iter().find(|(known, _)| *known == path.as_str());
    listed.map_or(Route::Unlisted, |(_, access)| Route::Listed(*access))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layer::principal;
    use axum::Router;
    use axum::body::Body;
    use axum::middleware::from_fn_with_state;
    use axum::routing::get;
    use tower::ServiceExt as _;

    #[test]
    fn every_route_of_the_document_is_in_the_table_and_none_of_them_is_public() {
        let document: serde_json::Value =
            serde_json::from_str(&crate::openapi()).expect("it is JSON");
        for path in document["paths"].as_object().expect("paths").keys() {
            let access = TABLE.iter().find(|(known, _)| known == path).map(|(_, access)| *access);
            let health = ["/healthz", "/readyz"].contains(&path.as_str());
            let wanted = if health { Access::Public } else { Access::Caller };
            assert_eq!(access, Some(wanted), "{path}");
        }
    }

    #[tokio::test]
    async fn a_route_that_nobody_put_into_the_table_does_not_exist() {
        let router = Router::new()
            .route("/api/version", get(|| async { "known" }))
            .route("/api/forgotten", get(|| async { "reached" }))
            .layer(from_fn_with_state(None, principal::identify));
        let status = async |path: &str| {
            let request = Request::builder().uri(path).body(Body::empty()).expect("a request");
            let Ok(answer) = router.clone().oneshot(request).await;
            answer.status().as_u16()
        };
        assert_eq!(status("/api/version").await, 200);
        assert_eq!(status("/api/forgotten").await, 404);
    }
}
