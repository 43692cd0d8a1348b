//! The one configuration file of the server: its sections, its defaults, and every reason to refuse it.
//!
//! [`load`] turns a file, the environment and the command line into [`Settings`], or into [`Diagnostics`] that name
//! the place of every problem at once. It is not the command line (the app maps its flags to dotted keys) and it
//! starts nothing; the only files it reads are the configuration and the texts that `@path` names.
#![forbid(unsafe_code)]

mod check;
mod diagnostic;
mod flaws;
mod key;
mod layer;
mod measure;
mod place;
mod planned;
mod problem;
mod range;
mod reference;
mod resolver;
mod schema;
mod section;
mod settings;
mod source;
mod suggestion;
mod text;

pub use diagnostic::{DIAGNOSTICS_MAX, Diagnostic, Diagnostics};
pub use key::Key;
pub use layer::environment::PREFIX as ENVIRONMENT_PREFIX;
pub use layer::file::FILE_BYTES_MAX;
pub use measure::{Measure, Unit};
pub use place::Place;
pub use problem::Problem;
pub use reference::reference;
pub use schema::schema;
pub use section::auth::{Algorithm, Auth, Jwt, KeySource, StaticToken};
pub use section::fetch::Fetch;
pub use section::fetch::headers::{FetchHeader, HeaderValue, OAuth};
pub use section::filesystem::{FileQuotas, FileRoot, Files, Guarded, RootMode};
pub use section::http::Http;
pub use section::limits::Limits;
pub use section::log::{Log, LogFormat};
pub use section::modules::{Lock, Modules};
pub use section::policies::{Chain, ChainMode, Policies, Rule, RuleSource};
pub use section::quotas::Quotas;
pub use section::server::{Server, TEXT_BYTES_MAX};
pub use section::sessions::{SaveWhen, SessionKind, Sessions};
pub use section::storage::cache::Cache;
pub use section::storage::s3::S3;
pub use section::storage::{BlobStore, Location, Storage};
pub use section::subprocess::{ChildJail, Subprocess};
pub use section::transport::{Stdio, Transport};
pub use section::wasm::WasmModule;
pub use section::websocket::WebSockets;
pub use section::workers::{Cgroup, Jail, Workers};
pub use settings::{Settings, load};
pub use source::{Source, Sources};
