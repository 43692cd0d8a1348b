//! `mcp-v8 check` and `mcp-v8 schema`: the configuration without the server.

use crate::flags::ServerFlags;
use crate::{exit, policy, wasm};
use anyhow::Context;
use mcp_v8_auth::Authenticator;
use mcp_v8_settings::Settings;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// Loads the configuration, its policies and modules, says what is wrong with it, and starts nothing.
pub fn run(config: Option<PathBuf>) -> anyhow::Result<ExitCode> {
    let flags = ServerFlags { config, ..ServerFlags::default() };
    match mcp_v8_settings::load(&flags.sources()?) {
        Ok(settings) => {
            if policy::load(&settings).is_none() || wasm::load(&settings).is_none() {
                return Ok(exit::CONFIG.into());
            }
            if let Err(error) = identity(&settings)? {
                eprintln!("{:#}", anyhow::Error::from(error));
                return Ok(exit::CONFIG.into());
            }
            let name = flags
                .config
                .map_or("the default configuration".into(), |path| path.display().to_string());
            writeln!(std::io::stdout(), "{name}: ok").context("writing to stdout")?;
            Ok(ExitCode::SUCCESS)
        }
        Err(diagnostics) => {
            eprintln!("{diagnostics}");
            Ok(exit::CONFIG.into())
        }
    }
}

/// Whether the keys of the issuer can be used, where they are in a file.
fn identity(settings: &Settings) -> anyhow::Result<Result<(), mcp_v8_auth::StartError>> {
    let Some(auth) = &settings.auth else { return Ok(Ok(())) };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    Ok(runtime.block_on(Authenticator::check(auth)))
}

/// Prints the JSON schema.
pub fn schema() -> anyhow::Result<ExitCode> {
    let text = serde_json::to_string_pretty(&mcp_v8_settings::schema())?;
    writeln!(std::io::stdout(), "{text}").context("writing to stdout")?;
    Ok(ExitCode::SUCCESS)
}
