//! Writes the Rust client (`clients/rust/src/generated`) from `clients/openapi.json`, or with `--check` says whether it
//! is what would be written. Not for users: `cargo xtask clients` calls it. It is a program of its own because what it
//! stands on is large, and nothing that is shipped needs it.

mod down;

use anyhow::{Context, Result, ensure};
use progenitor::{GenerationSettings, Generator, InterfaceStyle};
use std::path::Path;

const DOCUMENT: &str = "clients/openapi.json";
const CLIENT: &str = "clients/rust/src/generated/mod.rs";

const HEAD: &str = "\
//! Written by mcp-v8-generate from clients/openapi.json (`cargo xtask clients generate`): not by hand. Operations that
//! the generator cannot express are in `exec` and `follow`.

";

fn main() -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let document = std::fs::read_to_string(root.join(DOCUMENT)).context(DOCUMENT)?;
    let written = HEAD.to_owned() + &client(&document)?;
    let path = root.join(CLIENT);
    if std::env::args().any(|argument| argument == "--check") {
        let there = std::fs::read_to_string(&path).context(CLIENT)?;
        ensure!(there == written, "{CLIENT} is not of {DOCUMENT}: cargo xtask clients generate");
        return Ok(());
    }
    std::fs::create_dir_all(path.parent().context("it is in a folder")?)?;
    std::fs::write(&path, written).context(CLIENT)
}

/// The client of a document, as text.
fn client(document: &str) -> Result<String> {
    let mut document = serde_json::from_str(document).context("the document is no JSON")?;
    down::convert(&mut document);
    let document: openapiv3::OpenAPI =
        serde_json::from_value(document).context("the document is not OpenAPI 3.0")?;
    let mut settings = GenerationSettings::default();
    settings.with_interface(InterfaceStyle::Positional);
    let tokens = Generator::new(&settings).generate_tokens(&document)?;
    let file = syn::parse_file(&tokens.to_string()).context("what was generated is no Rust")?;
    Ok(prettyplease::unparse(&file))
}
