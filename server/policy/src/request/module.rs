//! Fetching one module: an edge of the graph of imports, or one hop of its redirects. Not the module's text.

use super::target::Target;
use super::{Request, sealed::Sealed};
use mcp_v8_sandbox::Capability;
use serde::ser::{Serialize, SerializeStruct, Serializer};
use std::net::IpAddr;

/// `import`, static or dynamic, by the script or by a module it imports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModuleRequest {
    /// As the importing text wrote it, for example `npm:lodash-es@4`.
    pub requested: String,
    pub kind: ModuleKind,
    /// What is fetched.
    pub target: Target,
    /// Of `npm:` and `jsr:` modules.
    pub package: Option<Package>,
    /// The importing module; `None` for the script itself.
    pub referrer: Option<Target>,
    /// Redirects followed so far.
    pub hop: u32,
    /// The addresses that the host resolved to and that alone will be dialled; empty for what is in the cache.
    pub resolved_addresses: Vec<IpAddr>,
}

/// Which scheme the importing text wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ModuleKind {
    Npm,
    Jsr,
    /// `https:`, or a path relative to a module that came by it.
    Url,
}

/// A package of a registry.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Package {
    /// With its scope, for example `@std/encoding`.
    pub name: String,
    /// The version or range that was written; empty for none.
    pub version: String,
}

impl Sealed for ModuleRequest {}

impl Request for ModuleRequest {
    const CAPABILITY: Capability = Capability::Modules;

    fn summary(&self) -> String {
        format!("import {}", self.target.summary())
    }
}

/// `specifier` and `resolved_url` are the same URL: policies of the peer read either.
impl Serialize for ModuleRequest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut input = serializer.serialize_struct("ModuleRequest", 10)?;
        input.serialize_field("operation", "import")?;
        input.serialize_field("specifier", self.target.as_str())?;
        input.serialize_field("specifier_type", &self.kind)?;
        input.serialize_field("resolved_url", self.target.as_str())?;
        input.serialize_field("url_parsed", &self.target.parsed())?;
        input.serialize_field("requested", &self.requested)?;
        input.serialize_field("package", &self.package)?;
        input.serialize_field("referrer", &self.referrer.as_ref().map(Target::as_str))?;
        input.serialize_field("hop", &self.hop)?;
        input.serialize_field("resolved_addresses", &self.resolved_addresses)?;
        input.end()
    }
}
