//! The gate: every effect asks here first. Not the policies and not the effects.

use crate::allowed::Allowed;
use crate::audit::Record;
use crate::context::Context;
use crate::denied::{Denied, DeniedBecause};
use crate::error::PolicyError;
use crate::input::Input;
use crate::metrics::{Counters, Ended, GateMetrics};
use crate::request::Request;
use crate::set::{Chain, ChainVerdict, PolicySet};
use crate::verdict::RuleVerdict;
use arc_swap::ArcSwap;
use mcp_v8_settings::Policies;
use std::sync::Arc;
use std::time::Instant;

/// The one maker of [`Allowed`]. Cheap to share; a decision is made by exactly one policy set.
#[derive(Debug)]
pub struct Gate {
    set: ArcSwap<PolicySet>,
    counters: Counters,
}

/// A set that was refused; the one before it stays in force.
#[derive(Debug, thiserror::Error)]
#[error("the new policies are refused and version {kept} stays in force:\n{}", lines(.errors))]
pub struct ReloadError {
    pub kept: String,
    pub errors: Vec<PolicyError>,
}

impl Gate {
    pub fn new(set: PolicySet) -> Self {
        Self { set: ArcSwap::from_pointee(set), counters: Counters::default() }
    }

    /// The policy set in force.
    pub fn set(&self) -> Arc<PolicySet> {
        self.set.load_full()
    }

    /// Decides about one request, within the time limit of its section, and writes the audit record.
    ///
    /// # Errors
    /// [`Denied`] for anything but `true`: a rule that says no, that fails, that takes too long, that is not there.
    pub async fn check<T: Request>(
        &self,
        context: &Context,
        request: T,
    ) -> Result<Allowed<T>, Denied> {
        let start = Instant::now();
        let set = self.set.load_full();
        let judged = Judged::by(&set, context, &request).await;
        self.settle(&set, context, &request, judged, start)?;
        Ok(Allowed::by_decision(request))
    }

    /// Whether a request whose host was not looked up yet is denied whatever its addresses are. Such a one is looked up
    /// for nobody: a name server of the script's choosing would learn what the script wrote into the name. Its denial
    /// is a decision like any other; otherwise nothing is decided, and `check` decides with the addresses.
    ///
    /// # Errors
    /// [`Denied`], as from [`Gate::check`].
    pub async fn foresee<T: Request>(&self, context: &Context, request: &T) -> Result<(), Denied> {
        let start = Instant::now();
        let set = self.set.load_full();
        match Judged::foreseen(&set, context, request).await {
            Some(judged) if judged.result.is_err() => {
                self.settle(&set, context, request, judged, start)
            }
            _ => Ok(()),
        }
    }

    /// Counts a decision, writes its record, and says what it is.
    fn settle<T: Request>(
        &self,
        set: &PolicySet,
        context: &Context,
        request: &T,
        judged: Judged,
        start: Instant,
    ) -> Result<(), Denied> {
        let latency = start.elapsed();
        let summary = request.summary();
        self.counters.decision(T::CAPABILITY, judged.ended(), latency);
        Record {
            capability: T::CAPABILITY,
            context,
            summary: &summary,
            rules: &judged.rules(),
            version: set.version(),
            input_digest: judged.digest.as_deref().unwrap_or_default(),
            ended: judged.ended(),
            why: &judged.why(),
            latency,
        }
        .write();
        judged.result.map(drop).map_err(|because| Denied {
            capability: T::CAPABILITY,
            summary,
            because,
            version: set.version().to_owned(),
            input_digest: judged.digest,
        })
    }

    /// Puts another set in force, for decisions that begin after it. Reads files: not for an async thread.
    ///
    /// # Errors
    /// [`ReloadError`] when anything is wrong with it; nothing changes then.
    pub fn reload(&self, policies: &Policies) -> Result<Arc<PolicySet>, ReloadError> {
        match PolicySet::load(policies) {
            Ok(set) => {
                let set = Arc::new(set);
                self.set.store(set.clone());
                self.counters.reload(true);
                tracing::info!(target: "mcp_v8::audit", policy_version = set.version(), "policies are reloaded");
                Ok(set)
            }
            Err(errors) => {
                self.counters.reload(false);
                let error = ReloadError { kept: self.set().version().to_owned(), errors };
                tracing::error!(target: "mcp_v8::audit", policy_version = error.kept, "{error}");
                Err(error)
            }
        }
    }

    pub fn metrics(&self) -> GateMetrics {
        self.counters.snapshot(self.set().version())
    }
}

/// What one set says of one request.
struct Judged {
    digest: Option<String>,
    /// The rules that allowed it, or why it is denied.
    result: Result<Vec<RuleVerdict>, DeniedBecause>,
}

impl Judged {
    async fn by<T: Request>(set: &PolicySet, context: &Context, request: &T) -> Self {
        let (chain, input) = match asked(set, context, request) {
            Ok(asked) => asked,
            Err(because) => return Self { digest: None, result: Err(because) },
        };
        Self::from_verdict(chain.judge(&input).await, &input)
    }

    /// Before the look-up; `None` when nothing can be said yet.
    async fn foreseen<T: Request>(set: &PolicySet, context: &Context, request: &T) -> Option<Self> {
        match asked(set, context, request) {
            Ok((chain, input)) => {
                chain.foresee(&input).await.map(|verdict| Self::from_verdict(verdict, &input))
            }
            Err(because) => Some(Self { digest: None, result: Err(because) }),
        }
    }

    fn from_verdict(verdict: ChainVerdict, input: &Input) -> Self {
        let (allowed, deciding) = (verdict.allowed, verdict.into_deciding());
        let result = if allowed { Ok(deciding) } else { Err(DeniedBecause::Rules(deciding)) };
        Self { digest: Some(input.digest().to_owned()), result }
    }

    fn ended(&self) -> Ended {
        match &self.result {
            Ok(_) => Ended::Allowed,
            Err(DeniedBecause::Rules(rules))
                if rules.iter().any(|rule| rule.verdict.is_error()) =>
            {
                Ended::Failed
            }
            Err(_) => Ended::Denied,
        }
    }

    /// Keys of the rules that decided.
    fn rules(&self) -> String {
        let rules = match &self.result {
            Ok(rules) | Err(DeniedBecause::Rules(rules)) => rules.as_slice(),
            Err(_) => &[],
        };
        rules.iter().map(|rule| rule.rule.as_str()).collect::<Vec<_>>().join(",")
    }

    fn why(&self) -> String {
        match &self.result {
            Ok(_) => String::new(),
            Err(because) => because.to_string(),
        }
    }
}

/// Who decides, and on what.
fn asked<'s, T: Request>(
    set: &'s PolicySet,
    context: &Context,
    request: &T,
) -> Result<(&'s Chain, Input), DeniedBecause> {
    let chain = set.chain(T::CAPABILITY).ok_or(DeniedBecause::NoPolicy)?;
    let input = Input::of(context, request, chain.max_input_bytes).map_err(DeniedBecause::Input)?;
    Ok((chain, input))
}

fn lines(errors: &[PolicyError]) -> String {
    errors.iter().map(PolicyError::to_string).collect::<Vec<_>>().join("\n")
}
