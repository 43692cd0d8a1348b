//! The next request of a redirect: Fetch Standard, "HTTP-redirect fetch". Not whether it may be sent: that is judged as
//! if the script had asked for it.

use super::content::Content;
use super::error::FetchError;
use super::request::{Request, target};
use http::{HeaderMap, StatusCode, header::LOCATION};
use mcp_v8_policy::{Headers, RedirectHop};

/// They describe the body that is dropped (Fetch Standard, "request-body-header name").
const OF_THE_BODY: &[&str] =
    &["content-encoding", "content-language", "content-location", "content-type"];

/// Whether a response says to look elsewhere.
pub(super) fn is_redirect(status: StatusCode, headers: &HeaderMap) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308) && headers.contains_key(LOCATION)
}

/// Changes the request into that of the next hop, and says how it came there.
pub(super) fn follow(
    request: &mut Request,
    hop: u32,
    status: StatusCode,
    headers: &HeaderMap,
) -> Result<RedirectHop, FetchError> {
    let location = headers.get(LOCATION).map(|value| value.as_bytes()).unwrap_or_default();
    let location = String::from_utf8_lossy(location);
    let nowhere = |error| FetchError::Location(Box::new(error));
    let next = request.target.url().join(&location).map_err(|e| nowhere(FetchError::Url(e)))?;
    let next = target(next).map_err(nowhere)?;
    let status = status.as_u16();
    let to_get = match (status, request.method.as_str()) {
        (301 | 302, "POST") => true,
        (303, method) => !matches!(method, "GET" | "HEAD"),
        _ => false,
    };
    if to_get {
        request.method = "GET".to_owned();
        request.body = Content::None;
    }
    if matches!(request.body, Content::Stream(_)) {
        return Err(FetchError::StreamRedirect);
    }
    let elsewhere = next.url().origin() != request.target.url().origin();
    let kept = |name: &str| {
        let of_body = to_get && OF_THE_BODY.contains(&name);
        let secret = elsewhere && Headers::carries_credentials(name);
        !of_body && !secret
    };
    request.headers = request.headers.iter().filter(|(name, _)| kept(name)).collect();
    let from = std::mem::replace(&mut request.target, next);
    Ok(RedirectHop { hop, from, status })
}

#[cfg(test)]
mod tests {
    use super::*;
    use mcp_v8_sandbox::host_call::fetch::Redirect;

    fn request(method: &str) -> Request {
        let headers = [
            ("Authorization", "a"),
            ("Cookie", "b"),
            ("X-API-Key", "c"),
            ("Content-Type", "d"),
            ("Accept", "e"),
        ];
        Request {
            method: method.to_owned(),
            target: target("http://a.example/x?y".parse().unwrap()).unwrap(),
            headers: headers.into_iter().collect(),
            body: match method {
                "POST" => Content::Whole("body".into()),
                _ => Content::None,
            },
            redirect: Redirect::Follow,
        }
    }

    fn next(method: &str, status: u16, location: &str) -> Result<(Request, String), FetchError> {
        let mut request = request(method);
        let headers = HeaderMap::from_iter([(LOCATION, location.parse().unwrap())]);
        let status = StatusCode::from_u16(status).unwrap();
        follow(&mut request, 1, status, &headers)?;
        let names: Vec<&str> = request.headers.iter().map(|(name, _)| name).collect();
        let names = names.join(" ");
        Ok((request, names))
    }

    #[test]
    fn methods_and_bodies_follow_the_fetch_standard() {
        for (status, method, expected, body) in [
            (301, "POST", "GET", false),
            (302, "POST", "GET", false),
            (303, "POST", "GET", false),
            (307, "POST", "POST", true),
            (308, "POST", "POST", true),
            (303, "HEAD", "HEAD", false),
            (303, "PUT", "GET", false),
            (301, "PUT", "PUT", false),
            (302, "GET", "GET", false),
        ] {
            let (next, names) = next(method, status, "/z").unwrap();
            assert_eq!((next.method.as_str(), next.body.bytes() > 0), (expected, body), "{status}");
            let typed = names.contains("content-type");
            assert_eq!(typed, expected == method, "{status} {method}: {names}");
        }
    }

    #[test]
    fn credentials_stay_at_their_origin() {
        for same in ["/z", "http://a.example:80/z", "//a.example"] {
            let (_, names) = next("GET", 302, same).unwrap();
            assert_eq!(names, "authorization cookie x-api-key content-type accept", "{same}");
        }
        for other in ["http://b.example/", "https://a.example/", "http://a.example:81/"] {
            assert_eq!(next("GET", 302, other).unwrap().1, "content-type accept", "{other}");
        }
    }

    #[test]
    fn a_redirect_to_what_is_no_http_url_is_an_error() {
        for bad in ["file:///etc/passwd", "data:,x", "http://u:p@b.example/", "http://"] {
            assert!(matches!(next("GET", 302, bad), Err(FetchError::Location(_))), "{bad}");
        }
        let (request, _) = next("GET", 302, "?q#fragment").unwrap();
        assert_eq!(request.target.as_str(), "http://a.example/x?q");
    }
}
