//! The token of a request (RFC 6750 section 2.1). Never one in a query, a cookie or a body.

use crate::refusal::Refusal;
use http::{HeaderMap, header};

/// The one bearer token of the headers.
///
/// # Errors
/// [`Refusal`] when there is none, more than one, or something else.
pub fn token(headers: &HeaderMap, longest: usize) -> Result<&str, Refusal> {
    let mut fields = headers.get_all(header::AUTHORIZATION).iter();
    let Some(field) = fields.next() else { return Err(Refusal::Missing) };
    if fields.next().is_some() {
        return Err(Refusal::Malformed);
    }
    let text = field.to_str().map_err(|_| Refusal::Malformed)?;
    let (scheme, token) = text.split_once(' ').ok_or(Refusal::Malformed)?;
    let token = token.trim_matches(' ');
    if !scheme.eq_ignore_ascii_case("bearer") || !is_token(token) {
        return Err(Refusal::Malformed);
    }
    if token.len() > longest { Err(Refusal::TooLong(longest)) } else { Ok(token) }
}

/// b64token
fn is_token(text: &str) -> bool {
    let body = text.trim_end_matches('=');
    let good = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte);
    !body.is_empty() && body.bytes().all(good)
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn of(values: &[&str]) -> Result<String, Refusal> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append("authorization", HeaderValue::from_str(value).expect("a value"));
        }
        token(&headers, 20).map(str::to_owned)
    }

    #[test]
    fn a_request_has_one_token_or_none_that_counts() {
        assert_eq!(of(&["Bearer a.b-c_~+/=="]).as_deref(), Ok("a.b-c_~+/=="));
        assert_eq!(of(&["bearer  x"]).as_deref(), Ok("x"));
        assert_eq!(of(&[]), Err(Refusal::Missing));
        for bad in
            ["", "Bearer", "Bearer ", "Basic YTpi", "x", "Bearer a b", "Bearer a,b", "Bearer ="]
        {
            assert_eq!(of(&[bad]), Err(Refusal::Malformed), "{bad}");
        }
        assert_eq!(of(&["Bearer a", "Bearer a"]), Err(Refusal::Malformed));
        assert_eq!(of(&[&format!("Bearer {}", "x".repeat(21))]), Err(Refusal::TooLong(20)));
    }
}
