//! Puts the JavaScript of `deno_web` and `deno_webidl` into the binary.
//!
//! These crates name their scripts by absolute path and expect them on disk while a snapshot is made. This server
//! makes its base snapshot when it starts, on machines that have no cargo registry, so the texts travel with it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fmt::Write as _, fs};

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=Cargo.toml");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    let mut table = String::from("pub static SCRIPTS: &[(&str, &str)] = &[\n");
    for (name, directory) in directories(&["deno_web", "deno_webidl"]) {
        let mut files: Vec<_> = fs::read_dir(&directory)
            .expect("a crate's directory is readable")
            .filter_map(|entry| entry.ok().map(|entry| entry.path()))
            .filter(|path| path.extension().is_some_and(|ending| ending == "js"))
            .collect();
        files.sort();
        for file in files {
            row(&mut table, &name, &file);
        }
    }
    table.push_str("];\n");
    fs::write(out.join("web_scripts.rs"), table).expect("OUT_DIR is writable");
}

fn row(table: &mut String, package: &str, file: &Path) {
    let name = file.file_name().expect("a file has a name").to_string_lossy().into_owned();
    writeln!(table, "    ({:?}, include_str!({file:?})),", format!("ext:{package}/{name}"))
        .expect("writing to a string");
}

/// Where cargo keeps the sources of these packages.
fn directories(packages: &[&str]) -> Vec<(String, PathBuf)> {
    // Metadata is of the whole workspace, and a build of a part of it has not downloaded the rest on a new machine.
    let metadata = metadata(&["--offline"])
        .or_else(|_| metadata(&[]))
        .unwrap_or_else(|why| panic!("cargo metadata: {why}"));
    packages
        .iter()
        .map(|wanted| {
            let found = metadata["packages"]
                .as_array()
                .expect("packages is a list")
                .iter()
                .find(|one| one["name"] == **wanted);
            let manifest = found
                .and_then(|one| one["manifest_path"].as_str())
                .unwrap_or_else(|| panic!("no package {wanted}"));
            (
                wanted.to_string(),
                Path::new(manifest).parent().expect("a manifest is in a directory").to_owned(),
            )
        })
        .collect()
}

fn metadata(arguments: &[&str]) -> Result<serde_json::Value, String> {
    let cargo = env::var_os("CARGO").expect("cargo sets CARGO");
    let here = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let output = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--filter-platform"])
        .arg(env::var_os("TARGET").expect("cargo sets TARGET"))
        .arg("--manifest-path")
        .arg(here.join("Cargo.toml"))
        .args(arguments)
        .output()
        .expect("cargo metadata runs");
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    Ok(serde_json::from_slice(&output.stdout).expect("cargo metadata prints JSON"))
}
