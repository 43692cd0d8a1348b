//! The house rules, checked on the tree. Not what cargo, clippy and cargo-deny check already.
//!
//! One file per rule in `tidy/rules`; a finding reads `path:line: rule: what to do`.

mod blocks;
mod finding;
mod lexer;
mod manifest;
mod rules;
mod source;
mod tree;

use crate::workspace::Workspace;
use anyhow::{Result, bail};
use std::process::ExitCode;
use tree::Tree;

/// Prints every finding and the sizes; fails if there is a finding.
pub fn command(workspace: &Workspace, _: &[String]) -> Result<ExitCode> {
    check(workspace).map(|()| ExitCode::SUCCESS)
}

/// The same, for use as a step.
pub fn check(workspace: &Workspace) -> Result<()> {
    let tree = Tree::read(workspace)?;
    let mut findings: Vec<_> = rules::ALL.iter().flat_map(|rule| rule(&tree)).collect();
    findings.sort();
    for finding in &findings {
        println!("{finding}");
    }
    println!("{}", rules::sizes(&tree));
    if !findings.is_empty() {
        bail!("tidy: {} to put right", findings.len());
    }
    Ok(())
}
