//! Heavy and dangerous dependencies, each with the crates that alone may have it. Not versions: those are in `pins`.

use crate::tidy::finding::Finding;
use crate::tidy::tree::Tree;

/// What links V8: not in tests either, so that they build and run without it.
const V8: &[&str] =
    &["v8", "deno_v8", "deno_core", "deno_web", "deno_webidl", "deno_error", "deno_ast"];

/// Dependency, and who may have it; tests may have it too.
const ALONE: &[(&str, &[&str])] = &[
    ("anyhow", &["mcp-v8-app", "mcp-v8-cli", "xtask", "mcp-v8-bench", "mcp-v8-generate"]),
    ("aws-credential-types", &["mcp-v8-storage"]),
    ("aws-sdk-s3", &["mcp-v8-storage"]),
    ("aws-smithy-http-client", &["mcp-v8-storage"]),
    ("axum", &["mcp-v8-http"]),
    ("clap", &["mcp-v8-app", "mcp-v8-cli"]),
    ("clap_complete", &["mcp-v8-cli"]),
    ("clap_mangen", &["mcp-v8-cli"]),
    ("figment", &["mcp-v8-settings"]),
    ("figment2", &["mcp-v8-settings"]),
    ("hyper-util", &["mcp-v8-http"]),
    ("jsonwebtoken", &["mcp-v8-auth"]),
    ("jsonschema", &["mcp-v8-engine"]),
    ("landlock", &["mcp-v8-workers"]),
    ("listenfd", &["mcp-v8-app"]),
    ("openraft", &["mcp-v8-cluster"]),
    ("progenitor", &["mcp-v8-generate"]),
    ("progenitor-client", &["mcp-v8-client"]),
    ("prometheus-client", &["mcp-v8-app"]),
    ("regorus", &["mcp-v8-policy"]),
    // `policy` asks remote policy servers, `auth` the issuer, `upstream` other MCP servers, `client` mcp-v8 itself: clients
    // of their own, that no script's request touches.
    (
        "reqwest",
        &[
            "mcp-v8-auth",
            "mcp-v8-host",
            "mcp-v8-policy",
            "mcp-v8-upstream",
            "mcp-v8-client",
            "mcp-v8-bench",
        ],
    ),
    ("rmcp", &["mcp-v8-mcp", "mcp-v8-upstream"]),
    ("rusqlite", &["mcp-v8-storage"]),
    ("rustls", &["mcp-v8-host"]),
    ("rustls-platform-verifier", &["mcp-v8-host"]),
    ("sd-notify", &["mcp-v8-app"]),
    ("seccompiler", &["mcp-v8-workers"]),
    ("tokio-tungstenite", &["mcp-v8-host"]),
    ("toml", &["mcp-v8-settings", "xtask"]),
    ("tower-http", &["mcp-v8-http"]),
    ("tracing-journald", &["mcp-v8-app"]),
    ("utoipa", &["mcp-v8-http"]),
    ("utoipa-axum", &["mcp-v8-http"]),
    ("wasmparser", &["mcp-v8-wasm"]),
];

pub fn rule(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for manifest in &tree.manifests {
        for dependency in &manifest.dependencies {
            let Some(owners) = owners(&dependency.name, dependency.is_dev) else { continue };
            if !owners.contains(&manifest.package.as_str()) {
                let to_do = format!(
                    "{} is for {} alone: move the code that needs it there",
                    dependency.name,
                    owners.join(", ")
                );
                findings.push(Finding::new(&manifest.path, dependency.line, "quarantine", to_do));
            }
        }
    }
    findings
}

/// The crates that may have a dependency; `None` where every crate may.
fn owners(dependency: &str, is_dev: bool) -> Option<&'static [&'static str]> {
    if V8.contains(&dependency) {
        return Some(&["mcp-v8-engine"]);
    }
    let alone = ALONE.iter().find(|(name, _)| *name == dependency && !is_dev);
    alone.map(|(_, owners)| *owners)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::manifest::tests::manifests;

    fn findings(package: &str, dependency: &str, is_dev: bool) -> usize {
        let mut manifests = manifests(&[(package, &[dependency])]);
        manifests[0].dependencies[0].is_dev = is_dev;
        rule(&Tree { manifests, ..Tree::default() }).len()
    }

    #[test]
    fn a_quarantined_dependency_is_for_its_crate_alone() {
        assert_eq!(findings("mcp-v8-storage", "rusqlite", false), 0);
        assert_eq!(findings("mcp-v8-executions", "rusqlite", false), 1);
        assert_eq!(findings("mcp-v8-executions", "serde", false), 0);
    }

    #[test]
    fn tests_may_have_anything_but_v8() {
        assert_eq!(findings("mcp-v8-http", "rmcp", true), 0);
        assert_eq!(findings("mcp-v8-http", "deno_core", true), 1);
        assert_eq!(findings("mcp-v8-engine", "deno_core", true), 0);
    }
}
