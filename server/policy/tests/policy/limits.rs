//! Time and size of a decision.

use crate::requests::{self, context};
use crate::support::{Folder, QUERY, file, load, only, policy};
use mcp_v8_policy::{DeniedBecause, Gate};
use mcp_v8_settings::Policies;
use std::time::{Duration, Instant};

fn limited(folder: &Folder, change: impl Fn(&mut mcp_v8_settings::Chain)) -> Gate {
    let mut policies: Policies = only(file(folder.root(), QUERY));
    change(policies.run_js_file.as_mut().unwrap());
    Gate::new(load(&policies))
}

#[tokio::test]
async fn a_policy_that_loops_is_denied_at_its_time_limit() {
    let body = "allow if {\n  input.path\n  count([1 | some a in numbers.range(1, 3000); some b in numbers.range(1, 3000); a * b > 0]) > 1\n}";
    let folder = Folder::new().with("policy.rego", policy(body));
    let gate = limited(&folder, |chain| chain.timeout = Duration::from_millis(100));
    let start = Instant::now();
    let denied = gate.check(&context(), requests::run_js_file()).await.unwrap_err();
    assert!(denied.to_string().contains("not decided within 100 ms"), "{denied}");
    // The loop would take seconds; the margin is for a loaded machine.
    assert!(start.elapsed() < Duration::from_secs(1), "{:?}", start.elapsed());
}

#[tokio::test]
async fn a_builtin_that_runs_long_is_denied_at_the_limit_and_holds_up_nobody() {
    let counts = "  count(numbers.range(1, 1000000)) > 0\n".repeat(8);
    let body = &format!("allow if {{\n  input.path\n{counts}}}");
    let folder = Folder::new().with("policy.rego", policy(body));
    let gate = limited(&folder, |chain| chain.timeout = Duration::from_millis(50));
    let denied = gate.check(&context(), requests::run_js_file()).await.unwrap_err();
    assert!(denied.to_string().contains("not decided within 50 ms"), "{denied}");
    // One thread: it was free all the time the builtin ran, and another decision is made at once.
    let (_other, quick) = crate::support::gate("allow := true");
    quick.check(&context(), requests::run_js_file()).await.unwrap();
}

#[tokio::test]
async fn a_request_above_the_size_limit_is_denied_and_the_limit_named() {
    let folder = Folder::new().with("policy.rego", policy("allow := true"));
    let gate = limited(&folder, |chain| chain.max_input_bytes = 4096);
    let mut request = requests::run_js_file();
    gate.check(&context(), request.clone()).await.unwrap();
    request.requested = "x".repeat(4096);
    let denied = gate.check(&context(), request).await.unwrap_err();
    assert!(matches!(denied.because, DeniedBecause::Input(_)));
    assert!(denied.to_string().contains("policies.run_js_file.max_input_bytes"), "{denied}");
}

#[tokio::test]
async fn ten_thousand_arguments_and_deep_ones_are_judged_or_denied_and_never_crash() {
    let folder = Folder::new().with("policy.rego", "package p\n\nallow := true\n");
    let gate = Gate::new(load(&crate::support::everything(&file(folder.root(), "data.p.allow"))));
    let mut child = requests::subprocess();
    child.args = vec!["a".to_owned(); 10_000];
    gate.check(&context(), child).await.unwrap();
    let mut call = requests::mcp_tool();
    let nested = |levels: usize| {
        (0..levels).fold(serde_json::Value::Null, |inner, _| serde_json::json!([inner]))
    };
    call.arguments = serde_json::json!({ "a": nested(100) }).as_object().cloned();
    gate.check(&context(), call.clone()).await.unwrap();
    call.arguments = serde_json::json!({ "a": nested(200) }).as_object().cloned();
    let denied = gate.check(&context(), call).await.unwrap_err();
    assert!(denied.to_string().contains("recursion"), "{denied}");
}
