//! The module loader of an isolate: resolves specifiers, asks the server for modules and for judgements, and keeps the
//! source maps of what was emitted. Not the policy, and not the cache.

use super::edges::Edges;
use super::{node, source, tools};
use crate::calls::Calls;
use crate::ops::ask::Refused;
use deno_core::error::ModuleLoaderError;
use deno_core::{
    ModuleLoadOptions, ModuleLoadReferrer, ModuleLoadResponse, ModuleLoader, ModuleResolveResponse,
    ModuleSource, ModuleSpecifier, RequestedModuleType, ResolutionKind,
};
use deno_error::JsErrorBox;
use mcp_v8_sandbox::host_call::module::{Edge, ModuleCall, Wanted};
use mcp_v8_sandbox::{Capability, HostAnswer, HostCall};
use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::rc::Rc;
use std::sync::Arc;

/// How many runs of a session keep their source map.
const MAPS_KEPT: usize = 32;

/// See the module.
#[derive(Default)]
pub struct Loader {
    /// By script name.
    maps: RefCell<VecDeque<(String, Vec<u8>)>>,
    shared: Rc<Shared>,
    calls: RefCell<Option<Arc<Calls>>>,
    imports: Cell<bool>,
    granted: RefCell<Vec<Capability>>,
    /// What scripts have imported, and whether the session's registry has been told.
    roots: RefCell<BTreeMap<String, bool>>,
}

/// What a load under way needs too.
#[derive(Default)]
struct Shared {
    edges: RefCell<Edges>,
    /// Of modules, by URL.
    maps: RefCell<HashMap<String, Vec<u8>>>,
    /// Modules that deno_core has made, by URL and type.
    modules: RefCell<BTreeSet<(String, &'static str)>>,
    /// The types that a module was loaded with, by specifier.
    types: RefCell<HashMap<String, BTreeSet<&'static str>>>,
}

impl Loader {
    /// Where to ask. `restored`: the isolate has modules that were not loaded here.
    pub fn connect(&self, calls: Arc<Calls>, restored: bool) {
        *self.calls.borrow_mut() = Some(calls);
        // The handles of a new isolate are counted with the modules that it was restored with.
        self.shared.modules.borrow_mut().clear();
        if restored {
            self.shared.edges.borrow_mut().restored();
        }
    }

    /// A run begins, with these capabilities.
    pub fn begin(&self, granted: &[Capability]) {
        self.imports.set(granted.contains(&Capability::Modules));
        *self.granted.borrow_mut() = granted.to_vec();
        self.shared.edges.borrow_mut().begin();
    }

    /// Remembers the source map of a run.
    pub fn add_map(&self, name: &str, map: Vec<u8>) {
        let mut maps = self.maps.borrow_mut();
        maps.push_back((name.to_owned(), map));
        if maps.len() > MAPS_KEPT {
            maps.pop_front();
        }
    }

    /// What scripts have imported since the last time, as js/checkpoint/modules.js has it: type, a space, specifier.
    pub fn new_roots(&self) -> Vec<String> {
        let mut roots = self.roots.borrow_mut();
        let new = roots.iter_mut().filter(|(_, told)| !**told);
        let new: Vec<String> = new
            .map(|(url, told)| {
                *told = true;
                url.clone()
            })
            .collect();
        let types = self.shared.types.borrow();
        let plain = BTreeSet::from([""]);
        let keys = |url: &String| {
            let types = types.get(url).unwrap_or(&plain);
            types.iter().map(|kind| format!("{kind} {url}")).collect::<Vec<_>>()
        };
        new.iter().flat_map(keys).collect()
    }

    /// Global handles of V8's that modules have: two for each.
    pub fn handles(&self) -> usize {
        2 * self.shared.modules.borrow().len()
    }

    fn root(&self, url: &ModuleSpecifier) {
        self.roots.borrow_mut().entry(url.as_str().to_owned()).or_insert(false);
    }

    fn calls(&self) -> Result<Arc<Calls>, ModuleLoaderError> {
        let calls = self.calls.borrow().clone();
        calls.ok_or_else(|| JsErrorBox::generic("there is no server to ask"))
    }

    /// Judges an edge that no load will judge.
    fn judge(&self, edge: Edge) -> Result<(), ModuleLoaderError> {
        if !self.shared.edges.borrow_mut().is_to_judge(&edge) {
            return Ok(());
        }
        let call = ModuleCall::Judge { edge: edge.clone() };
        match self.calls()?.ask_now(HostCall::Module(call)) {
            Ok(HostAnswer::Done) => {
                self.shared.edges.borrow_mut().allowed(&edge);
                Ok(())
            }
            Ok(_) => Err(unexpected()),
            Err(refused) => Err(JsErrorBox::from_err(Refused(refused))),
        }
    }
}

impl ModuleLoader for Loader {
    fn resolve(
        &self,
        specifier: &str,
        referrer: &str,
        _kind: ResolutionKind,
    ) -> ModuleResolveResponse {
        if let Some(url) = node::resolve(specifier, &self.granted.borrow())? {
            self.shared.modules.borrow_mut().insert((url.as_str().to_owned(), ""));
            self.root(&url);
            return Ok(url);
        }
        if let Some(url) = tools::resolve(specifier, referrer, &self.granted.borrow())? {
            self.shared.modules.borrow_mut().insert((url.as_str().to_owned(), ""));
            if url.as_str() != tools::INNER {
                self.root(&url);
            }
            return Ok(url);
        }
        if !self.imports.get() {
            return Err(refused(specifier));
        }
        let referrer = importing(referrer);
        let url = absolute(specifier, referrer.as_ref())?;
        if referrer.is_none() {
            self.root(&url);
        }
        self.judge(Edge {
            requested: specifier.to_owned(),
            specifier: url.as_str().to_owned(),
            referrer: referrer.map(String::from),
        })?;
        Ok(url)
    }

    fn load(
        &self,
        specifier: &ModuleSpecifier,
        _referrer: Option<&ModuleLoadReferrer>,
        options: ModuleLoadOptions,
    ) -> ModuleLoadResponse {
        if let Some(server) = tools::server(specifier) {
            let (server, specifier) = (server.to_owned(), specifier.clone());
            let calls = match self.calls() {
                Ok(calls) => calls,
                Err(error) => return ModuleLoadResponse::Sync(Err(error)),
            };
            return ModuleLoadResponse::Async(Box::pin(async move {
                tools::load(&calls, &server, &specifier).await
            }));
        }
        let edge = self.shared.edges.borrow().of_load(specifier.as_str());
        let wanted = wanted(&options.requested_module_type);
        let (edge, wanted, calls) = match (edge, wanted, self.calls()) {
            (Some(edge), Ok(wanted), Ok(calls)) => (edge, wanted, calls),
            (None, ..) => return ModuleLoadResponse::Sync(Err(refused(specifier.as_str()))),
            (_, Err(error), _) | (.., Err(error)) => return ModuleLoadResponse::Sync(Err(error)),
        };
        let (shared, specifier) = (self.shared.clone(), specifier.clone());
        ModuleLoadResponse::Async(Box::pin(async move {
            let loaded = load(&shared, &calls, &edge, wanted, &specifier).await;
            if loaded.is_err() {
                shared.edges.borrow_mut().failed(&edge);
            }
            loaded
        }))
    }

    fn get_source_map(&self, name: &str) -> Option<Cow<'_, [u8]>> {
        let maps = self.maps.borrow();
        let of_run = maps.iter().find(|(known, _)| known == name).map(|(_, map)| map.clone());
        of_run.or_else(|| self.shared.maps.borrow().get(name).cloned()).map(Cow::Owned)
    }
}

async fn load(
    shared: &Shared,
    calls: &Calls,
    edge: &Edge,
    wanted: Wanted,
    specifier: &ModuleSpecifier,
) -> Result<ModuleSource, ModuleLoaderError> {
    let call = ModuleCall::Load { edge: edge.clone(), wanted };
    let module = match calls.ask(HostCall::Module(call)).await {
        Ok(HostAnswer::Module(module)) => module,
        Ok(_) => return Err(unexpected()),
        Err(refused) => return Err(JsErrorBox::from_err(Refused(refused))),
    };
    shared.edges.borrow_mut().loaded(edge, &module.url);
    let kind = match wanted {
        Wanted::Code => "",
        Wanted::Json => "json",
        Wanted::Text => "text",
        Wanted::Bytes => "bytes",
    };
    let found = module.url.clone();
    let made = source::make(specifier, module)?;
    shared.modules.borrow_mut().insert((found, kind));
    shared.types.borrow_mut().entry(specifier.as_str().to_owned()).or_default().insert(kind);
    if let Some((url, map)) = made.source_map {
        shared.maps.borrow_mut().insert(url, map);
    }
    Ok(made.source)
}

/// The importing module, where it is one: a script has a name and no URL.
fn importing(referrer: &str) -> Option<ModuleSpecifier> {
    ModuleSpecifier::parse(referrer).ok().filter(|url| matches!(url.scheme(), "http" | "https"))
}

/// The specifier as a URL. What it stands for is the server's.
fn absolute(
    specifier: &str,
    referrer: Option<&ModuleSpecifier>,
) -> Result<ModuleSpecifier, ModuleLoaderError> {
    let relative = ["./", "../", "/"].iter().any(|start| specifier.starts_with(start));
    let says = |why: &str| JsErrorBox::type_error(format!("import of '{}': {why}", cut(specifier)));
    if relative {
        let base = referrer.ok_or_else(|| {
            says("a script has no place that this could be relative to; write an https:, npm: or jsr: specifier")
        })?;
        return base.join(specifier).map_err(|error| says(&error.to_string()));
    }
    let url = ModuleSpecifier::parse(specifier).map_err(|_| {
        says(&format!(
            "a bare name has no meaning here; write npm:{} for a package of npm, jsr:@scope/name for one of jsr, or an https: URL",
            cut(specifier)
        ))
    })?;
    match url.scheme() {
        "https" | "http" | "npm" | "jsr" => Ok(url),
        other => Err(says(&format!(
            "the scheme {other}: cannot be imported: only npm:, jsr:, https:, node: and mcp: can"
        ))),
    }
}

/// The attribute `type` of an import.
fn wanted(kind: &RequestedModuleType) -> Result<Wanted, ModuleLoaderError> {
    match kind {
        RequestedModuleType::None => Ok(Wanted::Code),
        RequestedModuleType::Json => Ok(Wanted::Json),
        RequestedModuleType::Text => Ok(Wanted::Text),
        RequestedModuleType::Bytes => Ok(Wanted::Bytes),
        RequestedModuleType::Other(kind) => Err(JsErrorBox::type_error(format!(
            "an import with {{ type: \"{}\" }} is not known: json, text and bytes are; WebAssembly and code need none",
            cut(kind)
        ))),
    }
}

fn refused(specifier: &str) -> ModuleLoaderError {
    let message = format!(
        "import of '{}' refused: scripts import no modules here (the operator's configuration has no [policies.modules]) [denied.policy]",
        cut(specifier)
    );
    JsErrorBox::type_error(message)
}

fn unexpected() -> ModuleLoaderError {
    JsErrorBox::generic("the server gave an answer of another kind")
}

fn cut(text: &str) -> String {
    let short: String = text.chars().take(200).collect();
    if short.len() < text.len() { format!("{short}…") } else { short }
}
