//! Why a policy says no, in its own words: the rule `reasons` beside the one that decides. Not the decision.

/// Reasons of one rule in a denial, and their length in characters.
const REASONS_MAX: usize = 10;
const REASON_MAX: usize = 300;

/// `data.mcp.fetch.allow` to `data.mcp.fetch.reasons`.
pub(crate) fn query(query: &str) -> String {
    let package = query.rsplit_once('.').map_or(query, |(package, _)| package);
    format!("{package}.reasons")
}

/// As many as a denial has room for, each on one line.
pub(crate) fn bounded<'r>(reasons: impl Iterator<Item = &'r str>) -> Vec<String> {
    let clean = |c: char| if c.is_control() { ' ' } else { c };
    let line = |reason: &str| reason.chars().take(REASON_MAX).map(clean).collect();
    reasons.take(REASONS_MAX).map(line).collect()
}
