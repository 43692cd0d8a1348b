//! The packages of the workspace and what they depend on, as cargo understands their Cargo.toml files.

use anyhow::{Context, Result};
use serde_json::Value;
use std::path::Path;

/// One package.
#[derive(Debug)]
pub struct Manifest {
    pub package: String,
    /// Cargo.toml, relative to the repository.
    pub path: String,
    pub dependencies: Vec<Dependency>,
}

/// One line under `[dependencies]` and its kin.
#[derive(Debug)]
pub struct Dependency {
    /// The package's own name, also where it is renamed.
    pub name: String,
    /// The version requirement, for example `=0.413.0`.
    pub requirement: String,
    /// Under `[dev-dependencies]`.
    pub is_dev: bool,
    /// Where it stands, 1-based.
    pub line: usize,
}

/// Reads what `cargo metadata --no-deps` prints (The Cargo Book, "cargo metadata"); `text_of` gives a manifest's text.
pub fn parse(
    metadata: &str,
    root: &Path,
    text_of: impl Fn(&Path) -> String,
) -> Result<Vec<Manifest>> {
    let metadata: Value = serde_json::from_str(metadata).context("cargo metadata is no JSON")?;
    let packages = metadata["packages"].as_array().context("cargo metadata has no packages")?;
    packages.iter().map(|package| manifest(package, root, &text_of)).collect()
}

fn manifest(package: &Value, root: &Path, text_of: impl Fn(&Path) -> String) -> Result<Manifest> {
    let string = |value: &Value| value.as_str().map(str::to_owned);
    let path = string(&package["manifest_path"]).context("a package without manifest_path")?;
    let path = Path::new(&path);
    let text = text_of(path);
    let dependencies =
        package["dependencies"].as_array().context("a package without dependencies")?;
    let dependencies = dependencies.iter().filter_map(|dependency| {
        let name = string(&dependency["name"])?;
        let written = string(&dependency["rename"]).unwrap_or_else(|| name.clone());
        Some(Dependency {
            line: line_of(&text, &written),
            name,
            requirement: string(&dependency["req"])?,
            is_dev: dependency["kind"] == "dev",
        })
    });
    Ok(Manifest {
        package: string(&package["name"]).context("a package without a name")?,
        path: path.strip_prefix(root).unwrap_or(path).to_string_lossy().into_owned(),
        dependencies: dependencies.collect(),
    })
}

/// The line that starts with the dependency's name, or the first.
fn line_of(text: &str, name: &str) -> usize {
    let starts =
        |line: &str| line.strip_prefix(name).is_some_and(|rest| rest.starts_with(['.', ' ', '=']));
    text.lines().position(starts).map_or(1, |at| at + 1)
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// Packages under server/ with these dependencies, each written `name` or `name@requirement`.
    pub fn manifests(packages: &[(&str, &[&str])]) -> Vec<Manifest> {
        let dependency = |text: &&str| {
            let (name, requirement) = text.split_once('@').unwrap_or((text, "^1"));
            let (requirement, requirement_to) = (requirement.to_owned(), name.to_owned());
            Dependency { name: requirement_to, requirement, is_dev: false, line: 1 }
        };
        let manifest = |(package, dependencies): &(&str, &[&str])| Manifest {
            package: (*package).to_owned(),
            path: format!("{package}/Cargo.toml"),
            dependencies: dependencies.iter().map(dependency).collect(),
        };
        packages.iter().map(manifest).collect()
    }

    #[test]
    fn renamed_and_dev_dependencies_are_understood() {
        let metadata = r#"{"packages": [{"name": "a", "manifest_path": "/r/server/a/Cargo.toml", "dependencies": [
            {"name": "figment2", "rename": "figment", "req": "^0.11", "kind": null},
            {"name": "tempfile", "rename": null, "req": "^3", "kind": "dev"}]}]}"#;
        let text = "[dependencies]\nfigments.workspace = true\nfigment.workspace = true\n";
        let manifests =
            parse(metadata, Path::new("/r"), |_| text.to_owned()).expect("it is well formed");
        assert_eq!(manifests[0].path, "server/a/Cargo.toml");
        let [figment, tempfile] = &manifests[0].dependencies[..] else { panic!("there are two") };
        assert_eq!((figment.name.as_str(), figment.line, figment.is_dev), ("figment2", 3, false));
        assert_eq!((tempfile.name.as_str(), tempfile.line, tempfile.is_dev), ("tempfile", 1, true));
    }
}
