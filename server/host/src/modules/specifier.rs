//! What a specifier stands for: a URL, or a package of a registry. Pure text: nothing here asks anybody.

use super::error::ModuleError;
use deno_semver::jsr::JsrPackageReqReference;
use deno_semver::npm::NpmPackageReqReference;
use deno_semver::package::PackageReq;
use mcp_v8_policy::{Package, Target};
use url::Url;

/// Longest specifier, bytes; URLs that servers take are shorter.
pub(super) const SPECIFIER_BYTES_MAX: usize = 8 << 10;

/// A specifier, understood.
#[derive(Debug)]
pub(super) enum Specifier {
    /// `https:`, `http:`.
    Url(Target),
    /// `npm:`, with the URL at the CDN.
    Npm { package: Package, target: Target },
    /// `jsr:`.
    Jsr { package: Package, wanted: Box<PackageReq>, export: String },
}

impl Specifier {
    pub(super) fn parse(text: &str, npm_cdn: &Url) -> Result<Self, ModuleError> {
        if text.len() > SPECIFIER_BYTES_MAX {
            return Err(ModuleError::Specifier(format!(
                "it is longer than {SPECIFIER_BYTES_MAX} bytes"
            )));
        }
        match text.split_once(':') {
            Some(("npm", _)) => npm(text, npm_cdn),
            Some(("jsr", _)) => jsr(text),
            _ => {
                let bare = |error| match error {
                    url::ParseError::RelativeUrlWithoutBase => ModuleError::Bare(text.to_owned()),
                    other => ModuleError::Specifier(other.to_string()),
                };
                Ok(Self::Url(target(text.parse().map_err(bare)?)?))
            }
        }
    }
}

/// A URL that a module can be fetched from, if its scheme may be used for its origin.
pub(super) fn target(url: Url) -> Result<Target, ModuleError> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(ModuleError::Scheme(url.scheme().to_owned()));
    }
    Target::new(url).map_err(ModuleError::Target)
}

fn npm(text: &str, cdn: &Url) -> Result<Specifier, ModuleError> {
    let wanted = NpmPackageReqReference::from_str(text)
        .map_err(|error| ModuleError::Specifier(error.to_string()))?;
    let package = package(wanted.req())?;
    let version = match package.version.as_str() {
        "" => String::new(),
        version => format!("@{version}"),
    };
    let mut path = format!("{}{version}", package.name);
    if let Some(within) = wanted.sub_path() {
        check_path(within)?;
        path.push('/');
        path.push_str(within);
    }
    Ok(Specifier::Npm { package, target: target(below(cdn, &path)?)? })
}

fn jsr(text: &str) -> Result<Specifier, ModuleError> {
    let wanted = JsrPackageReqReference::from_str(text)
        .map_err(|error| ModuleError::Specifier(error.to_string()))?;
    let package = package(wanted.req())?;
    if !package.name.starts_with('@') {
        return Err(ModuleError::Specifier("a package of jsr is named @scope/name".to_owned()));
    }
    let export = wanted.export_name().into_owned();
    Ok(Specifier::Jsr { package, wanted: Box::new(wanted.req().clone()), export })
}

/// The name and version as written. Nothing in a name is a path.
fn package(wanted: &PackageReq) -> Result<Package, ModuleError> {
    let name = wanted.name.to_string();
    let good = |c: char| c.is_ascii_alphanumeric() || "._~-".contains(c);
    let part = |part: &str| !part.is_empty() && !part.starts_with('.') && part.chars().all(good);
    let fits = match name.strip_prefix('@') {
        Some(scoped) => {
            scoped.split_once('/').is_some_and(|(scope, name)| part(scope) && part(name))
        }
        None => part(&name),
    };
    if !fits {
        return Err(ModuleError::Specifier(format!("{name:?} is not the name of a package")));
    }
    let version = match wanted.version_req.version_text() {
        "*" => String::new(),
        text => text.to_owned(),
    };
    if version.contains(['/', '\\', '?', '#', '%']) {
        return Err(ModuleError::Specifier(format!("{version:?} is not a version")));
    }
    Ok(Package { name, version })
}

/// A path within a package stays in it.
fn check_path(path: &str) -> Result<(), ModuleError> {
    let leaves = |part: &str| part.is_empty() || part == "." || part == "..";
    let hidden = path.contains(['\\', '%', '?', '#']);
    match hidden || path.split('/').any(leaves) {
        true => Err(ModuleError::Specifier(format!("{path:?} is not a path within a package"))),
        false => Ok(()),
    }
}

/// A path below a base, whose query stays.
pub(super) fn below(base: &Url, path: &str) -> Result<Url, ModuleError> {
    let mut url = base.clone();
    let mut parts = url
        .path_segments_mut()
        .map_err(|()| ModuleError::Specifier("the base is no URL".to_owned()))?;
    parts.pop_if_empty().extend(path.split('/'));
    drop(parts);
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Specifier, String> {
        let cdn = "https://cdn.example/x/?target=es2022".parse().unwrap();
        Specifier::parse(text, &cdn).map_err(|error| error.to_string())
    }

    #[test]
    fn a_package_of_npm_is_at_the_cdn() {
        for (text, url, name, version) in [
            ("npm:a", "https://cdn.example/x/a?target=es2022", "a", ""),
            ("npm:a@1", "https://cdn.example/x/a@1?target=es2022", "a", "1"),
            ("npm:/a@^1.2", "https://cdn.example/x/a@^1.2?target=es2022", "a", "^1.2"),
            (
                "npm:@s/a@1.0.0/b/c.js",
                "https://cdn.example/x/@s/a@1.0.0/b/c.js?target=es2022",
                "@s/a",
                "1.0.0",
            ),
            ("npm:a@next", "https://cdn.example/x/a@next?target=es2022", "a", "next"),
        ] {
            let Ok(Specifier::Npm { package, target }) = parse(text) else {
                panic!("{text}: {:?}", parse(text))
            };
            assert_eq!(
                (target.as_str(), package.name.as_str(), package.version.as_str()),
                (url, name, version)
            );
        }
    }

    #[test]
    fn no_specifier_leaves_its_package_or_names_another_scheme() {
        for bad in [
            "npm:a@1/../b",
            "npm:a@1/..%2fb",
            "npm:a/./b",
            "npm:../a",
            "npm:a@1/b\\..\\..\\c",
            "npm:",
            "npm:a@1?x",
            "npm:@s",
            "npm:@../a",
            "npm:.a",
            "npm:a b",
            "jsr:a",
            "jsr:@s/a@1/../../x?",
            "jsr:@s/%2e%2e",
            "file:///etc/passwd",
            "data:text/javascript,1",
            "blob:x",
            "ext:core/ops",
            "https://",
            "https://u:p@a.example/",
            "lodash",
            "./a.js",
            "",
        ] {
            let parsed = parse(bad);
            let escapes =
                matches!(&parsed, Ok(Specifier::Jsr { export, .. }) if !export.contains(".."));
            assert!(
                parsed.is_err() || escapes || bad.starts_with("jsr:@s/a@1/"),
                "{bad}: {parsed:?}"
            );
        }
        assert!(parse("lodash").unwrap_err().contains("npm:lodash"));
        assert!(parse(&format!("https://a.example/{}", "x".repeat(9000))).is_err());
        assert!(
            matches!(parse("https://a.example/x#y"), Ok(Specifier::Url(target)) if target.as_str() == "https://a.example/x")
        );
    }

    #[test]
    fn a_package_of_jsr_has_exports() {
        let Ok(Specifier::Jsr { package, export, .. }) = parse("jsr:@std/csv@1/parse") else {
            panic!()
        };
        assert_eq!(
            (package.name.as_str(), package.version.as_str(), export.as_str()),
            ("@std/csv", "1", "./parse")
        );
        let Ok(Specifier::Jsr { export, .. }) = parse("jsr:@std/csv") else { panic!() };
        assert_eq!(export, ".");
    }
}
