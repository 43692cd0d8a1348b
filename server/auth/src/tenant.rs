//! The name of a tenant from a claim of a token: different issuers, claims or texts are never the same tenant.

/// `issuer claim=text`, with everything in the text escaped that could look like something else. No such name is that of
/// a listed token or of the local caller: those have no space.
pub fn name(issuer: &str, claim: &str, text: &str) -> String {
    let mut name = format!("{issuer} {claim}=");
    for byte in text.bytes() {
        if byte.is_ascii_graphic() && byte != b'%' {
            name.push(char::from(byte));
        } else {
            name.push_str(&format!("%{byte:02X}"));
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::name;
    use std::collections::HashSet;

    #[test]
    fn pairs_that_look_alike_are_different_tenants() {
        let pairs = [
            ("https://a", "b"),
            ("https://a/", "b"),
            ("https://a", "B"),
            ("https://a", "b "),
            ("https://a", "b%20"),
            ("https://a", "b\u{0}"),
            ("https://a", "\u{0431}"),
            ("https://a", "e\u{301}"),
            ("https://a", "\u{e9}"),
            ("https://a", "sub=b"),
        ];
        let names: HashSet<String> =
            pairs.iter().map(|(issuer, text)| name(issuer, "sub", text)).collect();
        assert_eq!(names.len(), pairs.len());
        assert_ne!(name("https://a", "sub", "x"), name("https://a", "org", "x"));
        assert!(
            names
                .iter()
                .all(|name| name.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic()))
        );
    }
}
