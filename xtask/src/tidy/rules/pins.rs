//! Dependencies whose every release changes something we build on: `=`-pinned and moved on purpose, one commit each.

use crate::tidy::finding::Finding;
use crate::tidy::tree::Tree;

/// The snapshot layout, the op names, the syntax trees and the MCP wire depend on these.
const PINNED: &[&str] =
    &["deno_core", "deno_web", "deno_webidl", "deno_error", "deno_ast", "rmcp", "regorus"];

pub fn rule(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for manifest in &tree.manifests {
        for dependency in &manifest.dependencies {
            let (name, requirement) = (&dependency.name, &dependency.requirement);
            if PINNED.contains(&name.as_str()) && !requirement.starts_with('=') {
                let to_do = format!(
                    "{name} is required as {requirement}: pin it with `=` in the workspace's Cargo.toml"
                );
                findings.push(Finding::new(&manifest.path, dependency.line, "pins", to_do));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::manifest::tests::manifests;

    #[test]
    fn a_pin_that_lost_its_equals_sign_is_found() {
        let dependencies = ["deno_core@=0.413.0", "rmcp@^3.9.0", "serde@^1"];
        let manifests = manifests(&[("mcp-v8-engine", &dependencies)]);
        let findings = rule(&Tree { manifests, ..Tree::default() });
        assert_eq!(findings.len(), 1);
        assert!(findings[0].to_string().contains("rmcp is required as ^3.9.0"));
    }
}
