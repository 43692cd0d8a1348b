//! The module loader: no imports yet, with an answer a person can act on; and the source maps of emitted runs.

use deno_core::error::ModuleLoaderError;
use deno_core::{
    ModuleLoadOptions, ModuleLoadReferrer, ModuleLoadResponse, ModuleLoader, ModuleResolveResponse,
    ModuleSpecifier, ResolutionKind,
};
use deno_error::JsErrorBox;
use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::VecDeque;

/// How many runs of a session keep their source map.
const MAPS_KEPT: usize = 32;

/// Refuses every import; knows the maps of recent runs, by script name.
#[derive(Default)]
pub struct Loader {
    maps: RefCell<VecDeque<(String, Vec<u8>)>>,
}

impl Loader {
    /// Remembers the source map of a run.
    pub fn add_map(&self, name: &str, map: Vec<u8>) {
        let mut maps = self.maps.borrow_mut();
        maps.push_back((name.to_owned(), map));
        if maps.len() > MAPS_KEPT {
            maps.pop_front();
        }
    }
}

fn refused(specifier: &str) -> ModuleLoaderError {
    JsErrorBox::type_error(format!(
        "import of '{specifier}' refused: this server loads no modules (the operator has no [policies.modules])"
    ))
}

impl ModuleLoader for Loader {
    fn resolve(
        &self,
        specifier: &str,
        _referrer: &str,
        _kind: ResolutionKind,
    ) -> ModuleResolveResponse {
        Err(refused(specifier))
    }

    fn load(
        &self,
        specifier: &ModuleSpecifier,
        _referrer: Option<&ModuleLoadReferrer>,
        _options: ModuleLoadOptions,
    ) -> ModuleLoadResponse {
        ModuleLoadResponse::Sync(Err(refused(specifier.as_str())))
    }

    fn get_source_map(&self, name: &str) -> Option<Cow<'_, [u8]>> {
        let maps = self.maps.borrow();
        maps.iter().find(|(known, _)| known == name).map(|(_, map)| Cow::Owned(map.clone()))
    }
}
