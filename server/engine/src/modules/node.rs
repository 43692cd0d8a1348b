//! `node:` modules: a realistic part of Node's built-in modules, written for this server. Each is a script that makes an
//! object in the base; deno_core makes a module of it when it is imported. None gives a script anything that it has not already.

use crate::base;
use deno_core::error::ModuleLoaderError;
use deno_core::{Extension, ExtensionFileSource, ModuleSpecifier, ascii_str_include};
use deno_error::JsErrorBox;
use mcp_v8_sandbox::Capability;
use std::borrow::Cow;
use std::sync::atomic::Ordering;

deno_core::extension!(
    mcp_node,
    synthetic_esm = [
        "node:assert" = "ext:mcp_node/assert.js",
        "node:assert/strict" = "ext:mcp_node/assert_strict.js",
        "node:buffer" = "ext:mcp_node/buffer.js",
        "node:child_process" = "ext:mcp_node/child_process.js",
        "node:crypto" = "ext:mcp_node/crypto.js",
        "node:events" = "ext:mcp_node/events.js",
        "node:fs" = "ext:mcp_node/fs.js",
        "node:fs/promises" = "ext:mcp_node/fs_promises.js",
        "mcp:" = "ext:mcp_node/mcp_tools.js",
        "node:path" = "ext:mcp_node/path.js",
        "node:path/posix" = "ext:mcp_node/path.js",
        "node:querystring" = "ext:mcp_node/querystring.js",
        "node:timers" = "ext:mcp_node/timers.js",
        "node:timers/promises" = "ext:mcp_node/timers_promises.js",
        "node:url" = "ext:mcp_node/url.js",
        "node:util" = "ext:mcp_node/util.js",
        "node:util/types" = "ext:mcp_node/util_types.js",
    ],
);

/// The modules, and the capability that a module re-exports the global of.
const MODULES: &[(&str, Option<Capability>)] = &[
    ("assert", None),
    ("assert/strict", None),
    ("buffer", None),
    ("child_process", Some(Capability::Subprocess)),
    ("crypto", None),
    ("events", None),
    ("fs", Some(Capability::Filesystem)),
    ("fs/promises", Some(Capability::Filesystem)),
    ("path", None),
    ("path/posix", None),
    ("querystring", None),
    ("timers", None),
    ("timers/promises", None),
    ("url", None),
    ("util", None),
    ("util/types", None),
];

macro_rules! file {
    ($name:literal) => {
        ExtensionFileSource::new(
            concat!("ext:mcp_node/", $name),
            ascii_str_include!(concat!("../../js/node/", $name)),
        )
    };
}

/// The extension. Its scripts run while the base is made.
pub fn extension() -> Extension {
    let mut extension = mcp_node::init();
    if !base::MAKING.load(Ordering::SeqCst) {
        // They are in the base, made.
        return extension;
    }
    extension.lazy_loaded_js_files = Cow::Owned(vec![
        file!("assert.js"),
        file!("assert_strict.js"),
        file!("buffer.js"),
        file!("child_process.js"),
        file!("crypto.js"),
        file!("equal.js"),
        file!("events.js"),
        file!("fs.js"),
        file!("fs_promises.js"),
        file!("mcp_tools.js"),
        file!("path.js"),
        file!("querystring.js"),
        file!("timers.js"),
        file!("timers_promises.js"),
        file!("url.js"),
        file!("util.js"),
        file!("util_types.js"),
    ]);
    extension
}

/// The module that a specifier names, with or without `node:`; `None` when it is none of Node's.
pub fn resolve(
    specifier: &str,
    granted: &[Capability],
) -> Result<Option<ModuleSpecifier>, ModuleLoaderError> {
    let prefixed = specifier.strip_prefix("node:");
    let name = prefixed.unwrap_or(specifier);
    let Some((name, capability)) = MODULES.iter().find(|(known, _)| *known == name) else {
        return match prefixed {
            None => Ok(None),
            Some(_) => {
                let known: Vec<&str> = MODULES.iter().map(|(name, _)| *name).collect();
                let known = known.join(", ");
                let message = format!("there is no module '{specifier}' here; there are {known}");
                Err(JsErrorBox::type_error(message))
            }
        };
    };
    match capability.filter(|capability| !granted.contains(capability)) {
        Some(capability) => Err(JsErrorBox::type_error(format!(
            "import of 'node:{name}': scripts have no {capability} here (the operator's configuration has no [policies.{capability}])"
        ))),
        None => Ok(ModuleSpecifier::parse(&format!("node:{name}")).ok()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_needs_a_capability_says_which_section_brings_it() {
        let url = |specifier: &str, granted: &[Capability]| {
            resolve(specifier, granted)
                .map(|url| url.map(String::from))
                .map_err(|error| error.to_string())
        };
        assert_eq!(url("node:path", &[]), Ok(Some("node:path".to_owned())));
        assert_eq!(url("path", &[]), Ok(Some("node:path".to_owned())));
        assert_eq!(url("lodash", &[]), Ok(None));
        assert!(url("node:fs", &[]).unwrap_err().contains("[policies.filesystem]"));
        assert_eq!(url("node:fs", &[Capability::Filesystem]), Ok(Some("node:fs".to_owned())));
        assert!(url("node:net", &[]).unwrap_err().contains("there are assert"));
    }
}
