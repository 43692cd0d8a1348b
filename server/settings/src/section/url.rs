//! URLs of the configuration to which or from which secrets and keys go. Not what is there.

use super::http::is_origin;

/// Encrypted, or not over a network: https, or http on this machine. No user, no fragment.
pub(crate) fn is_private_url(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once("://") else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => host,
        _ => authority,
    };
    let here = ["127.0.0.1", "[::1]", "localhost"].contains(&host);
    let plain = text.bytes().all(|byte| byte.is_ascii_graphic());
    let origin = is_origin(&format!("{scheme}://{authority}"));
    origin && plain && !text.contains('#') && (scheme == "https" || (scheme == "http" && here))
}

#[cfg(test)]
mod tests {
    use super::is_private_url;

    #[test]
    fn what_must_stay_private_crosses_no_network_in_clear() {
        for good in [
            "https://id.example.org/token",
            "https://id.example.org:8443/a?b=c",
            "http://127.0.0.1:1/token",
            "http://[::1]/token",
            "http://localhost/token",
        ] {
            assert!(is_private_url(good), "{good}");
        }
        for bad in [
            "",
            "/token",
            "http://id.example.org/token",
            "http://localhost.example.org/token",
            "http://localhost@example.org/token",
            "https://u:p@example.org/",
            "https://example.org/#x",
            "https://example.org/a b",
            "ftp://example.org/",
        ] {
            assert!(!is_private_url(bad), "{bad}");
        }
    }
}
