//! The pin: which archive of V8 is the one, per target. Not a finder.

use super::ArchiveError;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// `server/engine/v8-archive.json`; `nixos-module/package/v8-archive.nix` reads the same file.
#[derive(Debug)]
pub struct Pin {
    version: String,
    features: String,
    url: String,
    sha256: BTreeMap<String, String>,
}

impl Pin {
    pub fn read(path: &Path) -> Result<Self, ArchiveError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| ArchiveError::Unreadable { path: path.to_owned(), source })?;
        Self::parse(&text).map_err(|field| ArchiveError::BadPin { path: path.to_owned(), field })
    }

    /// The error is the name of the field that is missing or not what it should be.
    fn parse(text: &str) -> Result<Self, &'static str> {
        let value: Value = serde_json::from_str(text).map_err(|_| "the top")?;
        let string = |name| value[name].as_str().map(str::to_owned);
        let digest = |(target, sha): (&String, &Value)| {
            let sha = sha.as_str().filter(|sha| is_sha256(sha))?;
            Some((target.clone(), sha.to_owned()))
        };
        let digests = value["sha256"].as_object().ok_or("sha256")?;
        Ok(Self {
            version: string("version").ok_or("version")?,
            features: string("features").ok_or("features")?,
            url: string("url").ok_or("url")?,
            sha256: digests.iter().map(digest).collect::<Option<_>>().ok_or("sha256")?,
        })
    }

    /// The version of the crate `v8`.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The SHA-256 of the published archive, lower-case hexadecimal.
    pub fn sha256(&self, target: &str) -> Result<&str, ArchiveError> {
        let known = || self.sha256.keys().cloned().collect::<Vec<_>>().join(", ");
        self.sha256.get(target).map(String::as_str).ok_or_else(|| ArchiveError::UnsupportedTarget {
            target: target.to_owned(),
            known: known(),
        })
    }

    /// Where the archive is published.
    pub fn url(&self, target: &str) -> String {
        let url = self.url.replace("{version}", &self.version);
        url.replace("{features}", &self.features).replace("{target}", target)
    }

    /// The published file name, which ends in `.a.gz`.
    pub fn file_name(&self, target: &str) -> String {
        let url = self.url(target);
        url.rsplit('/').next().unwrap_or(&url).to_owned()
    }

    /// The name under which V8's build script looks for the download in `$CARGO_HOME/.rusty_v8`
    /// (v8 150.4.0, build.rs, `replace_non_alphanumeric`).
    pub fn cargo_name(&self, target: &str) -> String {
        self.url(target).replace(|c: char| !c.is_ascii_alphanumeric(), "_")
    }
}

fn is_sha256(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// A pin whose one target is `x86_64-unknown-linux-gnu`.
    pub fn pin(sha256: &str) -> Pin {
        let text = format!(
            r#"{{"version": "150.4.0", "features": "_simdutf",
                 "url": "https://example.org/v{{version}}/librusty_v8{{features}}_release_{{target}}.a.gz",
                 "sha256": {{"x86_64-unknown-linux-gnu": "{sha256}"}}}}"#
        );
        Pin::parse(&text).expect("the text above is well formed")
    }

    #[test]
    fn the_committed_pin_parses_and_knows_four_targets() {
        let pin = Pin::parse(include_str!("../../../server/engine/v8-archive.json"))
            .expect("the committed pin is well formed");
        assert_eq!(pin.sha256.len(), 4);
        assert!(
            pin.url("x86_64-unknown-linux-gnu")
                .ends_with("/v150.4.0/librusty_v8_simdutf_release_x86_64-unknown-linux-gnu.a.gz")
        );
    }

    #[test]
    fn a_pin_with_a_digest_that_is_no_sha256_is_refused_by_field() {
        for (text, field) in [
            ("", "the top"),
            (r#"{"features": "", "url": "", "sha256": {}}"#, "version"),
            (r#"{"version": "1", "features": "", "url": "", "sha256": {"t": "00"}}"#, "sha256"),
            (r#"{"version": "1", "features": "", "url": ""}"#, "sha256"),
        ] {
            assert_eq!(Pin::parse(text).err(), Some(field), "{text}");
        }
    }

    #[test]
    fn the_name_in_cargos_cache_is_the_one_v8_looks_for() {
        assert_eq!(
            pin(&"0".repeat(64)).cargo_name("x86_64-unknown-linux-gnu"),
            "https___example_org_v150_4_0_librusty_v8_simdutf_release_x86_64_unknown_linux_gnu_a_gz"
        );
    }

    #[test]
    fn an_unsupported_target_is_named_with_the_ones_there_are() {
        let error =
            pin(&"0".repeat(64)).sha256("riscv64gc-unknown-linux-gnu").expect_err("unknown");
        assert!(matches!(error, ArchiveError::UnsupportedTarget { .. }));
        let text = error.to_string();
        assert!(text.contains("riscv64gc") && text.contains("x86_64-unknown-linux-gnu"), "{text}");
    }
}
