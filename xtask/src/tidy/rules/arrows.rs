//! Which of our crates may depend on which: downwards, and a short list of exceptions (docs/ARCHITECTURE.md).

use crate::tidy::finding::Finding;
use crate::tidy::manifest::Manifest;
use crate::tidy::tree::Tree;

/// Each crate and its layer; arrows point to lower layers only.
const LAYERS: &[(&str, u8)] = &[
    ("xtask", 5),
    ("mcp-v8-bench", 5),
    ("mcp-v8-generate", 5),
    ("mcp-v8-cli", 1),
    ("mcp-v8-app", 4),
    ("mcp-v8-http", 3),
    ("mcp-v8-mcp", 3),
    ("mcp-v8-executions", 2),
    ("mcp-v8-cluster", 2),
    ("mcp-v8-workers", 1),
    ("mcp-v8-engine", 1),
    ("mcp-v8-host", 1),
    ("mcp-v8-upstream", 1),
    ("mcp-v8-policy", 1),
    ("mcp-v8-storage", 1),
    ("mcp-v8-auth", 1),
    ("mcp-v8-wasm", 1),
    // Beside the server, and nothing of it: they share the document alone.
    ("mcp-v8-client", 0),
    ("mcp-v8-settings", 0),
    ("mcp-v8-sandbox", 0),
];

/// Arrows inside a layer.
const SIDEWAYS: &[(&str, &str)] = &[
    ("mcp-v8-http", "mcp-v8-mcp"),
    ("mcp-v8-host", "mcp-v8-policy"),
    ("mcp-v8-host", "mcp-v8-upstream"),
    ("mcp-v8-engine", "mcp-v8-wasm"),
    ("mcp-v8-settings", "mcp-v8-sandbox"),
];

/// What links V8, and who may depend on it.
const V8: (&str, &[&str]) = ("mcp-v8-engine", &["mcp-v8-app"]);

/// Clients know the server by its document, and link nothing of it.
const CLIENTS: [&str; 2] = ["mcp-v8-cli", "mcp-v8-client"];

pub fn rule(tree: &Tree) -> Vec<Finding> {
    tree.manifests.iter().flat_map(of_manifest).collect()
}

fn of_manifest(manifest: &Manifest) -> Vec<Finding> {
    let Some(own) = layer(&manifest.package) else {
        let to_do =
            format!("{} has no layer: give it one in LAYERS of {}", manifest.package, file!());
        return vec![Finding::new(&manifest.path, 1, "arrows", to_do)];
    };
    let wrong = manifest.dependencies.iter().filter(|dependency| {
        let to = dependency.name.as_str();
        let arrow = (manifest.package.as_str(), to);
        // One of our crates without a layer is reported where it is declared.
        layer(to).is_some_and(|below| {
            let reaches_v8 = to == V8.0 && !V8.1.contains(&arrow.0);
            let leaves_clients = CLIENTS.contains(&arrow.0) && !CLIENTS.contains(&to);
            reaches_v8 || leaves_clients || (own <= below && !SIDEWAYS.contains(&arrow))
        })
    });
    wrong
        .map(|dependency| {
            let (from, to) = (&manifest.package, &dependency.name);
            let to_do = format!("{from} must not depend on {to}: meet in a lower layer, or in app");
            Finding::new(&manifest.path, dependency.line, "arrows", to_do)
        })
        .collect()
}

fn layer(package: &str) -> Option<u8> {
    LAYERS.iter().find(|(name, _)| *name == package).map(|(_, layer)| *layer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::manifest::tests::manifests;

    fn arrow(from: &str, to: &str) -> usize {
        let manifests = manifests(&[(from, &[to])]);
        rule(&Tree { manifests, ..Tree::default() }).len()
    }

    #[test]
    fn arrows_point_down_and_the_exceptions_sideways() {
        assert_eq!(arrow("mcp-v8-app", "mcp-v8-engine"), 0);
        assert_eq!(arrow("mcp-v8-executions", "mcp-v8-storage"), 0);
        assert_eq!(arrow("mcp-v8-http", "mcp-v8-mcp"), 0);
        assert_eq!(arrow("mcp-v8-storage", "serde"), 0);
    }

    #[test]
    fn arrows_up_sideways_and_to_oneself_are_found() {
        assert_eq!(arrow("mcp-v8-mcp", "mcp-v8-http"), 1);
        assert_eq!(arrow("mcp-v8-workers", "mcp-v8-executions"), 1);
        assert_eq!(arrow("mcp-v8-sandbox", "mcp-v8-settings"), 1);
        assert_eq!(arrow("mcp-v8-app", "xtask"), 1);
    }

    #[test]
    fn only_app_may_reach_v8() {
        assert_eq!(arrow("mcp-v8-executions", "mcp-v8-engine"), 1);
        assert_eq!(arrow("xtask", "mcp-v8-engine"), 1);
    }

    #[test]
    fn clients_link_nothing_of_the_server() {
        assert_eq!(arrow("mcp-v8-cli", "mcp-v8-client"), 0);
        assert_eq!(arrow("mcp-v8-cli", "mcp-v8-settings"), 1);
        assert_eq!(arrow("mcp-v8-client", "mcp-v8-sandbox"), 1);
    }

    #[test]
    fn a_crate_without_a_layer_is_found() {
        assert_eq!(arrow("mcp-v8-new", "serde"), 1);
    }
}
