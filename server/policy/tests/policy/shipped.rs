//! The policies that ship with mcp-v8: their own tests, and the documented inputs through each.

use mcp_v8_policy::{TestOutcome, test_policies};
use mcp_v8_sandbox::Capability;
use mcp_v8_settings::{ChainMode, Policies};
use std::path::{Path, PathBuf};

use crate::requests::{self, context};
use crate::support::{chain, file, load};
use mcp_v8_policy::Gate;

fn shipped() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies")
}

#[test]
fn all_tests_of_the_shipped_policies_pass() {
    let report = test_policies(&[shipped()]);
    assert!(report.passed(), "{report}");
    assert!(report.count(|outcome| *outcome == TestOutcome::Passed) >= 50, "{report}");
}

#[test]
fn every_capability_ships_a_strict_policy_and_two_examples_each_with_tests() {
    let report = test_policies(&[shipped()]);
    for capability in Capability::ALL {
        let folder = shipped().join(capability.as_str());
        let policies: Vec<PathBuf> =
            std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        assert!(policies.len() >= 3 && folder.join("strict").is_dir(), "{policies:?}");
        for policy in policies {
            let tests = report.results.iter().filter(|result| result.policy == policy).count();
            assert!(tests > 0, "{} has no tests", policy.display());
        }
    }
}

#[tokio::test]
async fn every_shipped_policy_loads_with_the_default_query_and_the_strict_ones_deny() {
    let mut loaded = 0;
    for capability in Capability::ALL {
        for entry in std::fs::read_dir(shipped().join(capability.as_str())).unwrap() {
            let path = entry.unwrap().path();
            let strict = path.ends_with("strict");
            let gate = Gate::new(load(&one(capability, &path)));
            loaded += 1;
            if !strict {
                continue;
            }
            let denied = match capability {
                Capability::Fetch => gate.check(&context(), requests::fetch()).await.err(),
                Capability::WebSocket => gate.check(&context(), requests::websocket()).await.err(),
                Capability::Filesystem => {
                    gate.check(&context(), requests::filesystem()).await.err()
                }
                Capability::Subprocess => {
                    gate.check(&context(), requests::subprocess()).await.err()
                }
                Capability::Modules => gate.check(&context(), requests::module()).await.err(),
                Capability::McpTools => gate.check(&context(), requests::mcp_tool()).await.err(),
                Capability::RunJsFile => {
                    gate.check(&context(), requests::run_js_file()).await.err()
                }
            };
            let text = denied.unwrap().to_string();
            assert!(text.contains("by the strict policy"), "{text}");
        }
    }
    assert_eq!(loaded, 21);
}

/// Requests as the server builds them, through examples that shall allow them.
#[tokio::test]
async fn the_examples_allow_real_requests() {
    let example = |capability: Capability, name: &str| {
        Gate::new(load(&one(capability, &shipped().join(capability.as_str()).join(name))))
    };
    let mut fetch = requests::fetch();
    (fetch.target, fetch.redirect) = (requests::target("https://api.weather.gov/points"), None);
    example(Capability::Fetch, "hosts").check(&context(), fetch).await.unwrap();
    let mut socket = requests::websocket();
    socket.target = requests::target("wss://graph.example.org/subscriptions");
    example(Capability::WebSocket, "subprotocol").check(&context(), socket).await.unwrap();
    let mut file = requests::filesystem();
    file.operation = mcp_v8_policy::FileOperation::ReadFile;
    example(Capability::Filesystem, "read-only").check(&context(), file).await.unwrap();
    let mut child = requests::subprocess();
    (child.args, child.env) = (vec!["status".to_owned()], Default::default());
    example(Capability::Subprocess, "git-read").check(&context(), child).await.unwrap();
    let packages = example(Capability::Modules, "packages");
    packages.check(&context(), requests::module()).await.unwrap();
    let listed = example(Capability::McpTools, "listed");
    listed.check(&context(), requests::mcp_tool()).await.unwrap();
    let folder = example(Capability::RunJsFile, "folder");
    folder.check(&context(), requests::run_js_file()).await.unwrap();
}

fn one(capability: Capability, path: &Path) -> Policies {
    let package = if capability == Capability::McpTools { "tools" } else { capability.as_str() };
    let rule = file(path, &format!("data.mcp.{package}.allow"));
    let chain = Some(chain(ChainMode::All, vec![rule]));
    let none = Policies::default();
    match capability {
        Capability::Fetch => Policies { fetch: chain, ..none },
        Capability::WebSocket => Policies { websocket: chain, ..none },
        Capability::Filesystem => Policies { filesystem: chain, ..none },
        Capability::Subprocess => Policies { subprocess: chain, ..none },
        Capability::Modules => Policies { modules: chain, ..none },
        Capability::McpTools => Policies { mcp_tools: chain, ..none },
        Capability::RunJsFile => Policies { run_js_file: chain, ..none },
    }
}
