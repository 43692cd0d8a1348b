//! On whose behalf a request is made. Not the request.

use mcp_v8_sandbox::{ExecutionId, Principal, SessionName};
use serde::ser::{Serialize, SerializeMap, SerializeStruct, Serializer};

/// Who asks, in which execution and session. The same for every request of a run.
#[derive(Clone, Debug)]
pub struct Context {
    /// With the claims of its token, which rules see.
    pub principal: Principal,
    pub execution: ExecutionId,
    /// `None` for a run outside of a session. The name is the client's choice, under the principal.
    pub session: Option<SessionName>,
}

impl Context {
    /// A run of a principal.
    pub fn new(principal: Principal, execution: ExecutionId, session: Option<SessionName>) -> Self {
        Self { principal, execution, session }
    }
}

/// Three fields of every input: `principal`, `execution`, `session`. All are always there.
impl Serialize for Context {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(3))?;
        map.serialize_entry("principal", &Verified(self))?;
        map.serialize_entry("execution", &self.execution.to_string())?;
        map.serialize_entry("session", &self.session)?;
        map.end()
    }
}

struct Verified<'c>(&'c Context);

impl Serialize for Verified<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(context) = self;
        let mut fields = serializer.serialize_struct("Principal", 4)?;
        fields.serialize_field("tenant", context.principal.tenant())?;
        fields.serialize_field("subject", context.principal.subject())?;
        fields.serialize_field("issuer", &context.principal.issuer())?;
        fields.serialize_field("claims", context.principal.claims())?;
        fields.end()
    }
}
