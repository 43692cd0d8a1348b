//! What the claims of a token with a good signature must say (RFC 7519 section 4.1, RFC 9068 section 4), and whom they
//! name. Stricter than the format: a claim has one shape.

use crate::authenticator::Identity;
use crate::refusal::Refusal;
use crate::tenant;
use mcp_v8_sandbox::Principal;
use mcp_v8_settings::Jwt;
use serde_json::{Map, Value as Json};
use std::time::{Duration, SystemTime};

/// Longest text that names somebody, bytes (OpenID Connect Core section 2 allows 255).
const NAME_MAX: usize = 255;

/// Latest time a token may speak of: the end of the year 9999.
const TIME_MAX: u64 = 253_402_300_799;

/// Judges claims at a time, in seconds since 1970, and names the caller.
///
/// # Errors
/// [`Refusal`] for a claim that is missing, of another shape, or wrong.
pub fn judge(jwt: &Jwt, claims: Map<String, Json>, now: u64) -> Result<Identity, Refusal> {
    let leeway = jwt.leeway.as_secs();
    let expires = time(&claims, "exp")?.ok_or(Refusal::Invalid("it never expires (exp)"))?;
    if now >= expires.saturating_add(leeway) {
        return Err(Refusal::Expired);
    }
    for name in ["nbf", "iat"] {
        if time(&claims, name)?.is_some_and(|from| from > now.saturating_add(leeway)) {
            return Err(Refusal::Invalid("it is not valid yet (nbf, iat)"));
        }
    }
    if claims.get("iss").and_then(Json::as_str) != Some(&jwt.issuer) {
        return Err(Refusal::Invalid("another issuer made it (iss)"));
    }
    if !is_for(&claims, &jwt.audience) {
        return Err(Refusal::Invalid("it is made for another server (aud)"));
    }
    if claims.contains_key("cnf") {
        // Bound to a key of its owner, which a bearer does not prove to have (RFC 7800, RFC 9449 section 7.1).
        return Err(Refusal::Invalid("it is bound to a key and no bearer token (cnf)"));
    }
    let subject = text(&claims, "sub").ok_or(Refusal::Invalid("it names no caller (sub)"))?;
    let claim = jwt.tenant_claim.as_deref().unwrap_or("sub");
    let tenant = text(&claims, claim)
        .ok_or(Refusal::Invalid("it lacks the claim that names its tenant (auth.tenant_claim)"))?;
    let granted = scopes(&claims);
    if !jwt.required_scopes.iter().all(|needed| granted.contains(&needed.as_str())) {
        return Err(Refusal::Scope(jwt.required_scopes.join(" ")));
    }
    let principal = Principal::new(tenant::name(&jwt.issuer, claim, tenant), subject);
    let until = Duration::from_secs(expires.saturating_add(leeway));
    let expires = SystemTime::UNIX_EPOCH.checked_add(until);
    Ok(Identity { principal: principal.with_claims(&jwt.issuer, claims), expires })
}

/// A NumericDate; `None` when there is none.
fn time(claims: &Map<String, Json>, name: &str) -> Result<Option<u64>, Refusal> {
    let Some(value) = claims.get(name) else { return Ok(None) };
    let whole = value.as_u64().or_else(|| {
        let number = value.as_f64().filter(|number| (0.0..=TIME_MAX as f64).contains(number));
        number.map(|number| number as u64)
    });
    whole
        .filter(|seconds| *seconds <= TIME_MAX)
        .map(Some)
        .ok_or(Refusal::Invalid("a time in it is none (exp, nbf, iat)"))
}

/// A text, or a list of texts (RFC 7519 section 4.1.3), one of which is ours.
fn is_for(claims: &Map<String, Json>, audience: &[String]) -> bool {
    let ours =
        |value: &Json| value.as_str().is_some_and(|one| audience.iter().any(|own| own == one));
    match claims.get("aud") {
        Some(Json::Array(list)) => list.iter().all(Json::is_string) && list.iter().any(ours),
        Some(one) => ours(one),
        None => false,
    }
}

fn text<'c>(claims: &'c Map<String, Json>, name: &str) -> Option<&'c str> {
    let text = claims.get(name)?.as_str()?;
    (1..=NAME_MAX).contains(&text.len()).then_some(text)
}

/// RFC 8693 section 4.2 (`scope`), and what some issuers write instead (`scp`).
fn scopes(claims: &Map<String, Json>) -> Vec<&str> {
    let mut all = Vec::new();
    for name in ["scope", "scp"] {
        match claims.get(name) {
            Some(Json::String(list)) => all.extend(list.split(' ')),
            Some(Json::Array(list)) => all.extend(list.iter().filter_map(Json::as_str)),
            _ => {}
        }
    }
    all
}

#[cfg(test)]
pub mod tests;
