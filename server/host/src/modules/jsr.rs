//! `jsr:` packages: which version satisfies a range, which file an export is, and the checksum of every file
//! (https://jsr.io/docs/api#jsr-registry-api). Not the TypeScript in them.

use super::cache::sha256;
use super::error::ModuleError;
use super::obtain::{Content, Import};
use super::run::ModuleRun;
use super::specifier::{below, target};
use deno_semver::Version;
use deno_semver::package::PackageReq;
use mcp_v8_policy::{Package, Target};
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, MutexGuard, PoisonError};

/// `meta.json` of a package.
#[derive(Deserialize)]
struct Meta {
    latest: Option<String>,
    versions: HashMap<String, VersionMeta>,
}

#[derive(Deserialize)]
struct VersionMeta {
    #[serde(default)]
    yanked: bool,
}

/// `<version>_meta.json` of a package.
#[derive(Deserialize)]
struct Files {
    #[serde(default)]
    manifest: HashMap<String, FileMeta>,
    #[serde(default)]
    exports: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct FileMeta {
    /// `sha256-` and 64 digits.
    checksum: String,
}

impl ModuleRun {
    /// The file that an export of a package is.
    pub(super) async fn resolve_jsr(
        &self,
        import: &Import,
        package: &Package,
        wanted: &PackageReq,
        export: &str,
    ) -> Result<Target, ModuleError> {
        let name = &package.name;
        let version = match Version::parse_standard(&package.version) {
            Ok(exact) => exact.to_string(),
            Err(_) => self.version(import, package, wanted).await?,
        };
        let files: Files = self.metadata(import, &format!("{name}/{version}_meta.json")).await?;
        let Some(path) = files.exports.get(export) else {
            let known: Vec<&str> = files.exports.keys().map(String::as_str).take(20).collect();
            return Err(ModuleError::NoExport {
                name: name.clone(),
                version,
                export: export.to_owned(),
                known: known.join(", "),
            });
        };
        let within =
            path.strip_prefix("./").filter(|path| files.manifest.contains_key(&format!("/{path}")));
        let within = within.ok_or_else(|| ModuleError::NotInPackage { url: path.clone() })?;
        target(below(&self.client.settings.jsr_registry, &format!("{name}/{version}/{within}"))?)
    }

    async fn version(
        &self,
        import: &Import,
        package: &Package,
        wanted: &PackageReq,
    ) -> Result<String, ModuleError> {
        let meta: Meta = self.metadata(import, &format!("{}/meta.json", package.name)).await?;
        let range = &wanted.version_req;
        let fits = |(text, meta): (&String, &VersionMeta)| {
            let version = Version::parse_standard(text).ok().filter(|_| !meta.yanked)?;
            (range.tag().is_none() && range.matches(&version)).then_some(version)
        };
        let latest = range.tag() == Some("latest") || package.version.is_empty();
        let latest = meta.latest.filter(|_| latest);
        let best =
            || meta.versions.iter().filter_map(fits).max().map(|version| version.to_string());
        let (name, version) = (package.name.clone(), package.version.clone());
        latest.or_else(best).ok_or(ModuleError::NoVersion { name, version })
    }

    /// A file of metadata, judged and kept like a module; once a run.
    async fn metadata<T: for<'a> Deserialize<'a>>(
        &self,
        import: &Import,
        path: &str,
    ) -> Result<T, ModuleError> {
        let url = target(below(&self.client.settings.jsr_registry, path)?)?;
        let known = self.known().get(url.as_str()).cloned();
        let bytes = match known {
            Some(bytes) => bytes,
            None => {
                let content = self.obtain(import, url.clone()).await?;
                self.known().insert(url.as_str().to_owned(), content.bytes.clone());
                content.bytes
            }
        };
        serde_json::from_slice(&bytes).map_err(|error| ModuleError::Metadata(error.to_string()))
    }

    fn known(&self) -> MutexGuard<'_, HashMap<String, Arc<[u8]>>> {
        self.metadata.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What a URL of a file of a package led to has the checksum that the package says; other content passes.
    pub(super) async fn verify_jsr(
        &self,
        import: &Import,
        named: &Target,
        content: &Content,
    ) -> Result<(), ModuleError> {
        let Some((package, path)) = self.file_of_package(named) else { return Ok(()) };
        let url = || named.as_str().to_owned();
        let files: Files = self.metadata(import, &format!("{package}_meta.json")).await?;
        let known =
            files.manifest.get(&path).ok_or_else(|| ModuleError::NotInPackage { url: url() })?;
        match known.checksum.strip_prefix("sha256-") == Some(&*sha256(&content.bytes)) {
            true => Ok(()),
            false => Err(ModuleError::Checksum { url: url() }),
        }
    }

    /// `@scope/name/version` and the path in it, of a URL below the registry.
    fn file_of_package(&self, at: &Target) -> Option<(String, String)> {
        let registry = &self.client.settings.jsr_registry;
        let path = at.as_str().split(['?', '#']).next()?;
        let base = registry.as_str().split(['?', '#']).next()?.trim_end_matches('/');
        let rest = path.strip_prefix(base)?.strip_prefix('/')?;
        let mut parts = rest.splitn(4, '/');
        let (scope, name, version) = (parts.next()?, parts.next()?, parts.next()?);
        let file = parts.next()?;
        scope.starts_with('@').then(|| (format!("{scope}/{name}/{version}"), format!("/{file}")))
    }
}
