//! Query strings, with errors that name the parameter.

use crate::problem::Problem;
use axum::extract::{FromRequestParts, Query};
use axum::http::Uri;
use axum::http::request::Parts;
use mcp_v8_sandbox::Code;
use serde::de::DeserializeOwned;
use std::ops::RangeInclusive;

/// The query string of a request, as a type.
pub struct Params<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Params<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parse(&parts.uri).map(Self)
    }
}

/// The query string of a target, as a type.
///
/// # Errors
/// `error.request`, naming the parameter that is unknown, twice there, or of the wrong type.
pub fn parse<T: DeserializeOwned>(uri: &Uri) -> Result<T, Problem> {
    let parsed = Query::<T>::try_from_uri(uri).map(|Query(value)| value);
    parsed.map_err(|rejection| {
        Problem::new(Code::ErrorRequest, format!("query: {}", rejection.body_text()))
    })
}

/// What a parameter names.
///
/// # Errors
/// `error.request`, naming the parameter.
pub fn named<T: std::str::FromStr>(name: &str, value: Option<&str>) -> Result<Option<T>, Problem>
where
    T::Err: std::fmt::Display,
{
    value.map(str::parse).transpose().map_err(|error: T::Err| {
        Problem::new(Code::ErrorRequest, format!("query: {name}: {error}"))
    })
}

/// A number, or what stands for it when it is left out.
///
/// # Errors
/// `error.request`, naming the parameter and its range.
pub fn number(
    name: &str,
    given: Option<u64>,
    default: u64,
    range: RangeInclusive<u64>,
) -> Result<u64, Problem> {
    let value = given.unwrap_or(default);
    if range.contains(&value) {
        return Ok(value);
    }
    let (least, most) = (range.start(), range.end());
    Err(Problem::new(
        Code::ErrorRequest,
        format!("query: {name} is {value}; it must be {least} to {most}"),
    ))
}
