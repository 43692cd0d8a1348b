//! What scripts can reach, in the words a model reads: from the capabilities in force, so that no text promises or
//! denies what the configuration does not. Not whether a call is allowed: that is a policy's, call by call.

use mcp_v8_sandbox::Capability;

/// One or two sentences.
pub fn sentence(capabilities: &[Capability]) -> String {
    let absent = joined(absent(capabilities).collect(), "or");
    if capabilities.is_empty() {
        return format!("There is no {absent} access.");
    }
    let present = joined(capabilities.iter().map(|one| present(*one)).collect(), "and");
    let granted = format!(
        "Scripts have {present}, as far as the operator's policy allows each use (a refusal says why)."
    );
    if absent.is_empty() { granted } else { format!("{granted} There is no {absent} access.") }
}

/// Whether a run can reach what others can, too.
pub fn is_open_world(capabilities: &[Capability]) -> bool {
    !capabilities.is_empty()
}

/// Whether a run can change what is outside of the sandbox.
pub fn is_destructive(capabilities: &[Capability]) -> bool {
    let only_reads = |one: &Capability| matches!(one, Capability::Modules | Capability::RunJsFile);
    !capabilities.iter().all(only_reads)
}

fn present(capability: Capability) -> &'static str {
    match capability {
        Capability::Fetch => "fetch (HTTP)",
        Capability::WebSocket => "WebSocket",
        Capability::Filesystem => "files",
        Capability::Subprocess => "child processes",
        Capability::Modules => "import of modules",
        Capability::McpTools => {
            "tools of other MCP servers (`mcp.search(words)`, `mcp.describe(server, tool)`, `import { tool } from \"mcp:<server>\"`)"
        }
        Capability::RunJsFile => "programs in files",
    }
}

fn absent(capabilities: &[Capability]) -> impl Iterator<Item = &'static str> {
    let kinds: [(&str, &[Capability]); 4] = [
        ("network", &[Capability::Fetch, Capability::WebSocket]),
        ("file", &[Capability::Filesystem]),
        ("process", &[Capability::Subprocess]),
        ("module", &[Capability::Modules]),
    ];
    let lacks = |by: &[Capability]| !by.iter().any(|one| capabilities.contains(one));
    kinds.into_iter().filter(move |(_, by)| lacks(by)).map(|(kind, _)| kind)
}

/// `a`, `a or b`, `a, b or c`.
fn joined(words: Vec<&str>, last: &str) -> String {
    match words.split_last() {
        None => String::new(),
        Some((only, [])) => (*only).to_owned(),
        Some((end, before)) => format!("{} {last} {end}", before.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_granted_is_named_and_what_is_not_is_denied() {
        assert_eq!(sentence(&[]), "There is no network, file, process or module access.");
        let fetch = sentence(&[Capability::Fetch]);
        assert!(fetch.starts_with("Scripts have fetch (HTTP), as far as"), "{fetch}");
        assert!(fetch.ends_with("There is no file, process or module access."), "{fetch}");
        let all = sentence(&Capability::ALL);
        assert!(all.contains("WebSocket") && !all.contains("There is no"), "{all}");
    }

    #[test]
    fn a_tool_that_reaches_out_says_so() {
        assert!(!is_open_world(&[]) && !is_destructive(&[]));
        assert!(is_open_world(&[Capability::Fetch]) && is_destructive(&[Capability::Fetch]));
        assert!(!is_destructive(&[Capability::Modules]));
    }
}
