//! Child processes in scripts, under a policy: what is allowed runs as in Node and Deno, and nothing else does.

use crate::harness::children::Children;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::Command;

#[test]
fn children_run_in_the_ways_of_node_and_deno() {
    let world = Children::new("true");
    let program = include_str!("../programs/children.js");
    assert_eq!(world.result(program), json!("all passed"));
}

/// The shipped policy for looking at repositories, for the git of this machine.
fn git_policy(folder: &Path) -> PathBuf {
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies/subprocess/git-read");
    let copy = folder.join("git-read");
    std::fs::create_dir(&copy).expect("a directory");
    std::fs::copy(shipped.join("policy.rego"), copy.join("policy.rego")).expect("it is there");
    let data = std::fs::read_to_string(shipped.join("data.json")).expect("it is there");
    let found =
        Command::new("sh").args(["-c", "readlink -f $(command -v git)"]).output().expect("it runs");
    let git = String::from_utf8(found.stdout).expect("a path");
    std::fs::write(copy.join("data.json"), data.replace("/usr/bin/git", git.trim()))
        .expect("it can be written");
    copy
}

#[test]
fn git_runs_through_the_policy_that_allows_only_looking() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let world = Children::with_policy(&git_policy(folder.path()), "");
    let git = |args: &[&str]| {
        let status = Command::new("git")
            .current_dir(world.work())
            .args(args)
            .output()
            .expect("it runs")
            .status;
        assert!(status.success(), "{args:?}");
    };
    git(&["init", "--quiet", "--initial-branch=main"]);
    std::fs::write(world.work().join("new.txt"), "x").expect("it can be written");
    let status = "(await child_process.execFile('git', ['status', '--short', '--branch'])).stdout";
    assert_eq!(world.result(status), json!("## No commits yet on main\n?? new.txt\n"));
    let deno = "new TextDecoder().decode((await new Deno.Command('git', { args: ['status', '--short'] }).output()).stdout)";
    assert_eq!(world.result(deno), json!("?? new.txt\n"));
    for call in [
        "execFileSync('git', ['commit', '-m', 'x'])",
        "execFileSync('git', ['-c', 'core.pager=id', 'log'])",
        "execFileSync('git', ['log', '--output=/tmp/x'])",
        "execFileSync('git', ['fetch', '--upload-pack=id', '.'])",
        "execSync('git status')",
        "execFileSync('ls')",
        "execFileSync('git', ['status'], { env: { TZ: 'UTC' } })",
    ] {
        let denied = world.result(&format!("(() => {{ try {{ child_process.{call}; return 'done' }} catch (e) {{ return [e.code, e.outcome, e.message] }} }})()"));
        assert_eq!(
            (&denied[0], &denied[1]),
            (&json!("EACCES"), &json!("denied.policy")),
            "{call}: {denied}"
        );
        assert!(
            denied[2].as_str().is_some_and(|text| text.contains("policies.subprocess")),
            "{denied}"
        );
    }
}

#[test]
fn without_a_policy_there_are_none_and_the_error_names_the_key() {
    let mut server = crate::harness::server::Server::start(&["limits.execution_timeout_secs=5"]);
    assert_eq!(
        server.run("[typeof child_process, typeof Deno]")["result"],
        json!(["undefined", "undefined"])
    );
    for code in ["child_process.execSync('id')", "new Deno.Command('id')"] {
        let failed = server.run(code);
        let message = failed["error"]["message"].as_str().unwrap_or_default();
        assert!(
            message.contains("is not defined") && message.contains("[policies.subprocess]"),
            "{failed}"
        );
    }
    server.oracle("no child_process");
}

#[test]
fn the_strict_policy_denies_every_child_and_says_so() {
    let strict = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies/subprocess/strict");
    let world = Children::with_policy(&strict, "");
    let codes = "const code = async (f) => { try { await f(); return 'done' } catch (e) { return e.code } }; const codes = []; for (const call of [() => child_process.execSync('id'), () => child_process.exec('id'), () => child_process.execFile('id'), () => new Deno.Command('id').output(), () => new Deno.Command('id').spawn().status, () => new Promise((_, no) => child_process.spawn('id').on('error', no))]) codes.push(await code(call)); codes";
    assert_eq!(world.result(codes), json!(vec!["EACCES"; 6]));
    let message = world.result(
        "(() => { try { child_process.execSync('id') } catch (e) { return e.message } })()",
    );
    assert!(
        message
            .as_str()
            .is_some_and(|text| text.contains("no process is allowed by the strict policy")),
        "{message}"
    );
}

#[test]
fn the_example_of_listed_programs_is_for_its_role_only() {
    let listed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies/subprocess/listed");
    let world = Children::with_policy(&listed, "");
    // Nobody is an operator without authentication.
    let denied = world.result("(() => { try { child_process.execFileSync('wc', ['-l']) } catch (e) { return e.message } })()");
    assert!(
        denied.as_str().is_some_and(|text| text.contains("the role operator is needed")),
        "{denied}"
    );
}
