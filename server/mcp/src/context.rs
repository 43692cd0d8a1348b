//! Who calls, and from which transport. Over HTTP the principal was put on the request; stdio is the local person.

use mcp_v8_sandbox::{Principal, SessionName};
use rmcp::RoleServer;
use rmcp::service::RequestContext;

/// Names the session when the argument does not.
const SESSION_HEADER: &str = "x-mcp-session-id";

/// The verified caller of a request.
pub fn principal(context: &RequestContext<RoleServer>) -> Principal {
    let parts = context.extensions.get::<http::request::Parts>();
    let verified = parts.and_then(|parts| parts.extensions.get::<Principal>());
    match (parts, verified) {
        (_, Some(principal)) => principal.clone(),
        (None, None) => Principal::local(),
        (Some(_), None) => Principal::nobody(),
    }
}

/// The session named by a header of this request.
pub fn session_header(
    context: &RequestContext<RoleServer>,
) -> Option<Result<SessionName, mcp_v8_sandbox::id::InvalidName>> {
    let parts = context.extensions.get::<http::request::Parts>()?;
    let value = parts.headers.get(SESSION_HEADER)?;
    Some(value.to_str().map_err(|_| mcp_v8_sandbox::id::InvalidName::Session).and_then(str::parse))
}
