//! A request that a policy allowed. Not a permission for another request, or for the same one twice.

use std::fmt;
use std::ops::Deref;

/// A request that was allowed, once. Only [`Gate::check`](crate::Gate::check) makes one.
///
/// It cannot be made elsewhere:
/// ```compile_fail,E0423
/// let request = mcp_v8_policy::RunJsFileRequest::new("/srv/a.js", "a.js");
/// let allowed = mcp_v8_policy::Allowed(request);
/// ```
/// ```compile_fail,E0599
/// let request = mcp_v8_policy::RunJsFileRequest::new("/srv/a.js", "a.js");
/// let allowed = mcp_v8_policy::Allowed::new(request);
/// ```
/// nor used twice, nor changed after the decision:
/// ```compile_fail,E0382
/// fn twice(allowed: mcp_v8_policy::Allowed<mcp_v8_policy::RunJsFileRequest>) {
///     let first = allowed.into_inner();
///     let second = allowed.into_inner();
/// }
/// ```
/// ```compile_fail,E0594
/// fn changed(mut allowed: mcp_v8_policy::Allowed<mcp_v8_policy::RunJsFileRequest>) {
///     allowed.path = "/etc/shadow".into();
/// }
/// ```
/// while reading and consuming it compiles:
/// ```
/// fn carried_out(allowed: mcp_v8_policy::Allowed<mcp_v8_policy::RunJsFileRequest>) -> String {
///     assert!(!allowed.path.is_empty());
///     allowed.into_inner().path
/// }
/// ```
pub struct Allowed<T>(T);

impl<T> Allowed<T> {
    /// The decision was `true`.
    pub(crate) fn by_decision(request: T) -> Self {
        Self(request)
    }

    /// Gives up the proof, for the one use it was made for.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> Deref for Allowed<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: fmt::Debug> fmt::Debug for Allowed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Allowed").field(&self.0).finish()
    }
}
