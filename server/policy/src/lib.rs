//! Decisions about capabilities, and the only maker of [`Allowed`]: nothing of `host` runs without one.
//!
//! A request struct, built by the server, is both what a policy judges and what is carried out. Rules are Rego, in
//! process or at a remote OPA. It is not the effect itself (`host`), not the address floor below every policy (`host`)
//! and not who the caller is (`auth`).
#![forbid(unsafe_code)]

mod allowed;
mod audit;
mod budget;
mod context;
mod denied;
mod error;
mod explain;
mod gate;
mod input;
mod judge;
mod metrics;
mod opa;
mod rego;
mod request;
mod set;
mod tests_of_policies;
mod verdict;

pub use allowed::Allowed;
pub use context::Context;
pub use denied::{Denied, DeniedBecause};
pub use error::{PolicyError, PolicyProblem};
pub use explain::{Condition, Explanation, Reached, Unknown, Way};
pub use gate::{Gate, ReloadError};
pub use input::{Input, InputError};
pub use metrics::{CapabilityMetrics, GateMetrics};
pub use opa::ANSWER_BYTES_MAX;
pub use rego::files::{DEPTH_MAX, FILE_BYTES_MAX, FILES_BYTES_MAX, FILES_MAX};
pub use rego::nesting::NESTING_MAX;
pub use request::Request;
pub use request::fetch::{FetchRequest, RedirectHop};
pub use request::filesystem::{FileFlag, FileOperation, FilesystemRequest, Root};
pub use request::headers::Headers;
pub use request::mcp_tool::McpToolRequest;
pub use request::module::{ModuleKind, ModuleRequest, Package};
pub use request::run_js_file::RunJsFileRequest;
pub use request::subprocess::{SubprocessKind, SubprocessRequest};
pub use request::target::{Target, TargetError};
pub use request::websocket::WebSocketRequest;
pub use set::{ChainVerdict, PolicySet};
pub use tests_of_policies::{TestOutcome, TestReport, TestResult, run as test_policies};
pub use verdict::{RuleVerdict, Verdict};
