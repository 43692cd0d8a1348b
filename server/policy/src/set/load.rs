//! From settings to a policy set: every file read once, every rule checked, all problems collected.

use super::{Chain, PolicySet};
use crate::error::{PolicyError, PolicyProblem};
use crate::judge::{At, Judge};
use crate::opa::{Opa, OpaClient};
use crate::rego::bundle::Bundle;
use mcp_v8_sandbox::Capability;
use mcp_v8_settings::{self as settings, Policies, RuleSource};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub(super) fn load(policies: &Policies) -> Result<PolicySet, Vec<PolicyError>> {
    let mut loader = Loader::default();
    let mut chains = BTreeMap::new();
    for capability in Capability::ALL {
        if let Some(chain) = section(policies, capability) {
            chains.insert(capability, loader.chain(capability, chain));
        }
    }
    if !loader.errors.is_empty() {
        loader.errors.dedup();
        return Err(loader.errors);
    }
    let version = data_encoding::HEXLOWER.encode(&loader.digest.finalize()[..16]);
    Ok(PolicySet { chains, version })
}

fn section(policies: &Policies, capability: Capability) -> Option<&settings::Chain> {
    match capability {
        Capability::Fetch => &policies.fetch,
        Capability::WebSocket => &policies.websocket,
        Capability::Filesystem => &policies.filesystem,
        Capability::Subprocess => &policies.subprocess,
        Capability::Modules => &policies.modules,
        Capability::McpTools => &policies.mcp_tools,
        Capability::RunJsFile => &policies.run_js_file,
    }
    .as_ref()
}

#[derive(Default)]
struct Loader {
    /// Every path is read and parsed once, whatever number of rules names it; `None` when it was refused.
    bundles: BTreeMap<PathBuf, Option<Arc<Bundle>>>,
    client: Option<OpaClient>,
    errors: Vec<PolicyError>,
    digest: Sha256,
}

impl Loader {
    fn chain(&mut self, capability: Capability, chain: &settings::Chain) -> Chain {
        if chain.rules.is_empty() {
            let key = format!("policies.{capability}.rules");
            self.refuse(chain.origin.clone(), capability, key, PolicyProblem::EmptyChain);
        }
        self.add(&(capability, chain.mode, chain.timeout, chain.max_input_bytes));
        let rules = chain.rules.iter().enumerate();
        let rules = rules
            .filter_map(|(at, rule)| {
                let key = format!("policies.{capability}.rules[{at}]");
                self.rule(capability, key, rule)
            })
            .collect();
        Chain {
            mode: chain.mode,
            rules,
            timeout: chain.timeout,
            max_input_bytes: chain.max_input_bytes,
        }
    }

    /// `None`, and reported, when the rule must be refused.
    fn rule(
        &mut self,
        capability: Capability,
        key: String,
        rule: &settings::Rule,
    ) -> Option<Judge> {
        let query = rule.query.clone();
        self.add(&(&key, &query));
        let (source, at) = match &rule.source {
            RuleSource::Path(path) => {
                let bundle = self.bundle(path, capability, &key, &rule.origin)?;
                let checked = bundle.rule(&query).map_err(|(place, problem)| {
                    let place = place.unwrap_or_else(|| rule.origin.clone());
                    self.refuse(place, capability, key.clone(), problem);
                });
                (path.display().to_string(), At::Process(Arc::new(checked.ok()?)))
            }
            RuleSource::Url(url) => {
                self.add(&url);
                let made = self.server(url, &query).map_err(|problem| {
                    self.refuse(rule.origin.clone(), capability, key.clone(), problem);
                });
                (url.clone(), At::Server(made.ok()?))
            }
        };
        Some(Judge { key, source, query, at })
    }

    fn bundle(
        &mut self,
        path: &Path,
        capability: Capability,
        key: &str,
        origin: &str,
    ) -> Option<Arc<Bundle>> {
        if let Some(known) = self.bundles.get(path) {
            return known.clone();
        }
        let bundle = match Bundle::load(path) {
            Ok(bundle) => {
                self.digest.update(bundle.digest());
                Some(Arc::new(bundle))
            }
            Err(problems) => {
                for (place, problem) in problems {
                    let place = place.unwrap_or_else(|| origin.to_owned());
                    self.refuse(place, capability, key.to_owned(), problem);
                }
                None
            }
        };
        self.bundles.insert(path.to_owned(), bundle.clone());
        bundle
    }

    fn server(&mut self, url: &str, query: &str) -> Result<Opa, PolicyProblem> {
        let client = match &self.client {
            Some(client) => client.clone(),
            None => self.client.insert(OpaClient::new()?).clone(),
        };
        Opa::new(client, url, query)
    }

    fn refuse(
        &mut self,
        place: String,
        capability: Capability,
        key: String,
        problem: PolicyProblem,
    ) {
        self.errors.push(PolicyError { place, capability: Some(capability), key, problem });
    }

    /// Debug output of plain data is stable within one build, and a version is compared within one.
    fn add(&mut self, part: &impl std::fmt::Debug) {
        self.digest.update(format!("{part:?}\n"));
    }
}
