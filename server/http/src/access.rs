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
    ("/api/exec", Access::Caller),
    ("/api/executions", Access::Caller),
    ("/api/executions/{id}", Access::Caller),
    ("/api/executions/{id}/cancel", Access::Caller),
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
];

/// Who may use the route of a request; `None` where there is none.
pub fn of(request: &Request) -> Option<Access> {
    let path = request.extensions().get::<MatchedPath>()?;
    TABLE.iter().find(|(known, _)| *known == path.as_str()).map(|(_, access)| *access)
}
