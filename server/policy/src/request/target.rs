//! The URL of a request, in the one form that is judged and dialled. Not whether its address may be reached.

use serde::Serialize;
use url::Url;

/// A parsed URL with a host, without credentials and fragment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target(Url);

/// A URL that cannot be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    #[error("the URL has no host")]
    NoHost,
    #[error("the URL holds a user name or a password: send a header instead")]
    Credentials,
}

impl Target {
    /// # Errors
    /// [`TargetError`] without a host or with credentials. A fragment is dropped: it is never sent.
    pub fn new(mut url: Url) -> Result<Self, TargetError> {
        if url.host_str().is_none_or(str::is_empty) {
            return Err(TargetError::NoHost);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(TargetError::Credentials);
        }
        url.set_fragment(None);
        Ok(Self(url))
    }

    pub fn url(&self) -> &Url {
        &self.0
    }

    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    pub fn into_url(self) -> Url {
        self.0
    }

    /// Without the query, which may hold what nobody should log.
    pub(crate) fn summary(&self) -> String {
        let mut url = self.0.clone();
        url.set_query(None);
        url.into()
    }

    pub(crate) fn parsed(&self) -> Parsed<'_> {
        Parsed {
            scheme: self.0.scheme(),
            host: self.0.host_str().unwrap_or_default(),
            port: self.0.port(),
            effective_port: self.0.port_or_known_default(),
            path: self.0.path(),
            query: self.0.query().unwrap_or_default(),
        }
    }
}

/// `url_parsed` of an input. `port` is null for the default of the scheme, `effective_port` is the one dialled.
#[derive(Serialize)]
pub(crate) struct Parsed<'t> {
    scheme: &'t str,
    host: &'t str,
    port: Option<u16>,
    effective_port: Option<u16>,
    path: &'t str,
    query: &'t str,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(text: &str) -> Result<String, TargetError> {
        Target::new(text.parse().unwrap()).map(|target| target.url().to_string())
    }

    #[test]
    fn a_url_is_judged_in_the_form_that_is_dialled() {
        assert_eq!(target("HTTP://0x7f.1:80/a/../b#c").unwrap(), "http://127.0.0.1/b");
        assert_eq!(
            target("https://EXAMPLE.org\\@evil.test/").unwrap(),
            "https://example.org/@evil.test/"
        );
    }

    #[test]
    fn a_url_without_a_host_or_with_credentials_is_no_target() {
        assert_eq!(target("data:text/plain,x"), Err(TargetError::NoHost));
        assert_eq!(target("file:///etc/passwd"), Err(TargetError::NoHost));
        assert_eq!(target("https://a:b@example.org/"), Err(TargetError::Credentials));
        assert_eq!(target("https://a@example.org/"), Err(TargetError::Credentials));
    }
}
