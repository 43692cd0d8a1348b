//! `mcp-v8 policy`: Rego tests, one decision by hand, and what led to it. Not the server, and no effect follows.

use crate::exit;
use crate::flags::ServerFlags;
use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use mcp_v8_policy::{Input, PolicySet, RuleVerdict};
use mcp_v8_sandbox::Capability;
use serde_json::json;
use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Debug, Subcommand)]
pub enum PolicyCommand {
    /// Run the Rego tests (rules named test_*) of every policy at or below the paths.
    ///
    /// A directory that holds .rego files is one policy, with all that is below it. Exit code 0: all passed, 2: some
    /// failed, 78: a policy cannot be loaded.
    Test {
        #[arg(required = true, value_name = "PATH")]
        paths: Vec<PathBuf>,
    },
    /// Decide about one input, and print the answer of every rule as JSON. Exit code 0: allowed, 1: denied.
    Eval(Question),
    /// Show which conditions of every rule hold for one input, and the first that does not. Exit codes as for eval.
    Explain(Question),
}

#[derive(Debug, Args)]
pub struct Question {
    /// The configuration file, whose [policies.<capability>] is asked.
    #[arg(long, env = "MCP_V8_CONFIG")]
    config: PathBuf,
    /// fetch, websocket, filesystem, subprocess, modules, mcp_tools or run_js_file.
    #[arg(long)]
    capability: Capability,
    /// The input document as JSON; - reads it from standard input. policies/inputs/ shows one of every capability.
    #[arg(long, value_name = "FILE")]
    input: PathBuf,
}

/// Does what the command says.
pub fn run(command: PolicyCommand) -> anyhow::Result<ExitCode> {
    match command {
        PolicyCommand::Test { paths } => test(&paths),
        PolicyCommand::Eval(question) => answered(question, eval),
        PolicyCommand::Explain(question) => answered(question, explain),
    }
}

fn test(paths: &[PathBuf]) -> anyhow::Result<ExitCode> {
    let report = mcp_v8_policy::test_policies(paths);
    write!(std::io::stdout(), "{report}").context("writing to stdout")?;
    Ok(match (report.errors.is_empty(), report.passed()) {
        (false, _) => exit::CONFIG.into(),
        (true, false) => exit::TESTS_FAILED.into(),
        (true, true) => ExitCode::SUCCESS,
    })
}

/// Loads what the question is about, and asks.
fn answered(
    question: Question,
    ask: impl AsyncFnOnce(&PolicySet, Capability, &Input) -> anyhow::Result<bool>,
) -> anyhow::Result<ExitCode> {
    let flags = ServerFlags { config: Some(question.config), ..ServerFlags::default() };
    let settings = match mcp_v8_settings::load(&flags.sources()?) {
        Ok(settings) => settings,
        Err(diagnostics) => {
            eprintln!("{diagnostics}");
            return Ok(exit::CONFIG.into());
        }
    };
    let Some(set) = load(&settings) else { return Ok(exit::CONFIG.into()) };
    let capability = question.capability;
    let Some(limit) = set.max_input_bytes(capability) else {
        bail!("there is no [policies.{capability}] in the configuration: every request is denied");
    };
    let text = if question.input.as_os_str() == "-" {
        let mut text = String::new();
        std::io::stdin()
            .take(limit as u64 + 1)
            .read_to_string(&mut text)
            .context("reading stdin")?;
        text
    } else {
        std::fs::read_to_string(&question.input)
            .with_context(|| format!("reading {}", question.input.display()))?
    };
    let input = Input::from_json(&text, limit).context("the input")?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let allowed = runtime.block_on(ask(&set, capability, &input))?;
    // A builtin that does not end may hold a thread: nothing waits for it.
    runtime.shutdown_background();
    Ok(if allowed { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The policies of a configuration; `None`, and said on stderr, when they are refused.
pub fn load(settings: &mcp_v8_settings::Settings) -> Option<PolicySet> {
    match PolicySet::load(&settings.policies) {
        Ok(set) => Some(set),
        Err(errors) => {
            errors.iter().for_each(|error| eprintln!("{error}"));
            None
        }
    }
}

async fn eval(set: &PolicySet, capability: Capability, input: &Input) -> anyhow::Result<bool> {
    let verdict = set.judge(capability, input).await.context("the capability has a policy")?;
    let rule = |rule: &RuleVerdict| {
        json!({
            "rule": rule.rule,
            "source": rule.source,
            "query": rule.query,
            "allows": rule.verdict.allows(),
            "verdict": rule.verdict.to_string(),
            "latency_us": u64::try_from(rule.latency.as_micros()).unwrap_or(u64::MAX),
        })
    };
    let answer = json!({
        "capability": capability,
        "allowed": verdict.allowed,
        "policy_version": set.version(),
        "input_digest": input.digest(),
        "rules": verdict.rules.iter().map(rule).collect::<Vec<_>>(),
    });
    let text = serde_json::to_string_pretty(&answer)?;
    writeln!(std::io::stdout(), "{text}").context("writing to stdout")?;
    Ok(verdict.allowed)
}

async fn explain(set: &PolicySet, capability: Capability, input: &Input) -> anyhow::Result<bool> {
    let allowed =
        set.judge(capability, input).await.context("the capability has a policy")?.allowed;
    let rules = set.explain(capability, input).await.unwrap_or_default();
    let word = if allowed { "allowed" } else { "denied" };
    let mut out = std::io::stdout().lock();
    writeln!(out, "{capability}: {word} by policy version {}", set.version())
        .and_then(|()| rules.iter().try_for_each(|rule| write!(out, "{rule}")))
        .context("writing to stdout")?;
    Ok(allowed)
}
