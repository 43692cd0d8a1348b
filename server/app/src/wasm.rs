//! The WebAssembly modules of the configuration, for the server and for `check`. Not their inside.

use mcp_v8_settings::Settings;
use mcp_v8_wasm::{Module, Stub};

/// The modules, or `None` after saying on stderr what is wrong with them.
pub fn load(settings: &Settings) -> Option<Vec<Module>> {
    match mcp_v8_wasm::load(&settings.wasm) {
        Ok(modules) => Some(modules),
        Err(errors) => {
            errors.iter().for_each(|error| eprintln!("{error}"));
            None
        }
    }
}

/// The tools that describe them to clients; none where the operator wants none.
pub fn stubs(settings: &Settings, modules: &[Module]) -> Vec<Stub> {
    match settings.server.wasm_stubs {
        true => mcp_v8_wasm::stubs(modules, &settings.server.stub_prefix),
        false => Vec::new(),
    }
}
