//! Landlock with every right handled and none granted: no path can be opened, no TCP port bound or reached, no signal
//! sent and no abstract socket joined outside the worker (Linux Documentation/userspace-api/landlock.rst).

use landlock::{
    ABI, Access, AccessFs, AccessNet, CompatLevel, Compatible, Ruleset, RulesetAttr, RulesetError,
    RulesetStatus, Scope,
};

/// The newest interface this jail knows; older kernels give what they have.
const KNOWN: ABI = ABI::V6;

/// Restricts this thread and all it will start. Returns what is missing, in words.
pub fn restrict() -> Option<String> {
    match apply() {
        Ok(RulesetStatus::FullyEnforced) => None,
        Ok(RulesetStatus::PartiallyEnforced) => {
            Some("landlock: this kernel enforces a part of it (files, but not all of network and scopes)".into())
        }
        Ok(RulesetStatus::NotEnforced) => Some("landlock: not in this kernel".into()),
        Err(error) => Some(format!("landlock: {error}")),
    }
}

fn apply() -> Result<RulesetStatus, RulesetError> {
    let status = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(KNOWN))?
        .handle_access(AccessNet::from_all(KNOWN))?
        .scope(Scope::from_all(KNOWN))?
        .create()?
        .restrict_self()?;
    Ok(status.ruleset)
}
