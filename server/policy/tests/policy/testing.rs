//! `policy test`: what passes, fails, errs, is skipped, and what counts as one policy.

use crate::support::Folder;
use mcp_v8_policy::{TestOutcome, test_policies};

#[test]
fn a_test_passes_only_when_it_is_true_and_the_report_shows_the_others() {
    let folder = Folder::new().with("a.rego", "package a\n\nallow if input.x == 1\n").with(
        "a_test.rego",
        "package a_test\n\nimport data.a\n\ntest_good if a.allow with input as {\"x\": 1}\n\ntest_undefined if a.allow\n\ntest_false := false\n\ntest_number := 1\n\ntest_error if { print(\"before\"); to_number(\"x\") == 1 }\n\ntodo_test_later if false\n\nhelper := 1\n",
    );
    let report = test_policies(&[folder.root().to_owned()]);
    assert!(!report.passed());
    let count = |wanted: fn(&TestOutcome) -> bool| report.count(wanted);
    assert_eq!(report.results.len(), 6, "{report}");
    assert_eq!(count(|outcome| matches!(outcome, TestOutcome::Passed)), 1);
    assert_eq!(count(|outcome| matches!(outcome, TestOutcome::Failed)), 3);
    assert_eq!(count(|outcome| matches!(outcome, TestOutcome::Error(_))), 1);
    assert_eq!(count(|outcome| matches!(outcome, TestOutcome::Skipped)), 1);
    let text = report.to_string();
    for expected in [
        "data.a_test.test_undefined: FAIL",
        "test_error: ERROR",
        "before",
        "PASS: 1/6",
        "FAIL: 3/6",
    ] {
        assert!(text.contains(expected), "{expected}: {text}");
    }
    assert!(!text.contains("test_good"), "{text}");
}

#[test]
fn a_directory_with_rego_is_one_policy_and_one_without_holds_several() {
    let test = "package p_test\n\nimport data.p\n\ntest_it if p.allow\n";
    let folder = Folder::new()
        .with("one/policy.rego", "package p\n\nallow := true\n")
        .with("one/tests/policy_test.rego", test)
        .with("deep/two/policy.rego", "package p\n\nallow := true\n")
        .with("deep/two/policy_test.rego", test)
        .with("inputs/a.json", "[]");
    let report = test_policies(&[folder.root().to_owned()]);
    assert!(report.passed(), "{report}");
    assert_eq!(report.results.len(), 2);
}

#[test]
fn a_policy_that_does_not_load_and_a_folder_without_tests_do_not_pass() {
    let folder = Folder::new()
        .with("a/a.rego", "package a\n\nallow if {")
        .with("b/b.rego", "package b\n\nallow := true\n");
    let report = test_policies(&[folder.path("a")]);
    assert!(!report.passed() && report.errors.len() == 1, "{report}");
    assert!(report.to_string().contains("a.rego:"), "{report}");
    let report = test_policies(&[folder.path("b")]);
    assert!(!report.passed() && report.to_string().contains("no tests found"), "{report}");
    assert!(!test_policies(&[folder.path("absent")]).passed());
}
