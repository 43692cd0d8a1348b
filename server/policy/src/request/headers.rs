//! Headers that a script sets. Not those that the operator adds after the decision.

use serde::ser::{Serialize, SerializeMap, Serializer};
use std::collections::BTreeMap;

/// What stands in a policy input for the value of a header that carries credentials.
const REDACTED: &str = "[redacted]";

/// A header whose name holds one of these carries credentials, whoever set it.
const SECRET: &[&str] =
    &["authorization", "cookie", "token", "secret", "password", "api-key", "apikey"];

/// Headers in the order they were set. As policy input: an object, names in lower case, values of one name joined by
/// `", "` (RFC 9110 section 5.3), and `[redacted]` for the values of headers that carry credentials.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Headers(Vec<(String, String)>);

impl Headers {
    /// Whether a header of this name, in lower case, carries credentials: policies do not see its value, and another
    /// origin does not get it.
    pub fn carries_credentials(name: &str) -> bool {
        SECRET.iter().any(|word| name.contains(word))
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl<N: AsRef<str>, V: Into<String>> FromIterator<(N, V)> for Headers {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        let lower = |(name, value): (N, V)| (name.as_ref().to_ascii_lowercase(), value.into());
        Self(pairs.into_iter().map(lower).collect())
    }
}

impl Serialize for Headers {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut joined: BTreeMap<&str, String> = BTreeMap::new();
        for (name, value) in self.iter() {
            if Self::carries_credentials(name) {
                joined.insert(name, REDACTED.to_owned());
                continue;
            }
            let entry = joined.entry(name).or_default();
            if !entry.is_empty() {
                entry.push_str(", ");
            }
            entry.push_str(value);
        }
        let mut map = serializer.serialize_map(Some(joined.len()))?;
        for (name, value) in &joined {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_sees_one_value_per_name_and_no_credential() {
        let headers: Headers = [
            ("Accept", "text/html"),
            ("ACCEPT", "text/plain"),
            ("Authorization", "Bearer hunter2"),
            ("cookie", "sid=hunter2"),
            ("__proto__", "x"),
        ]
        .into_iter()
        .collect();
        let json = serde_json::to_string(&headers).unwrap();
        assert_eq!(
            json,
            r#"{"__proto__":"x","accept":"text/html, text/plain","authorization":"[redacted]","cookie":"[redacted]"}"#
        );
        assert!(headers.iter().any(|(_, value)| value == "Bearer hunter2"), "it is still sent");
    }
}
