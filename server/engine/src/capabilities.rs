//! Globals that come with a capability: compiled in an isolate only where a job brings it. What they do is asked of the
//! server, call by call; without the capability they are absent.

use crate::checkpoint::CheckpointError;
use crate::isolate::Isolate;
use deno_core::v8;
use mcp_v8_sandbox::Capability;

/// One row per capability that has globals: the text of a function that makes them, and their names.
const GLOBALS: &[(Capability, &str, &str, &[&str])] = &[(
    Capability::Fetch,
    "ext:mcp/fetch.js",
    include_str!("../js/fetch.js"),
    &["fetch", "Headers", "Request", "Response"],
)];

/// Gives an isolate the globals of these capabilities; those it has stay.
///
/// # Errors
/// [`CheckpointError::Failed`]: a defect of ours, or a full heap.
pub fn grant(isolate: &mut Isolate, wanted: &[Capability]) -> Result<(), CheckpointError> {
    for (capability, name, text, _) in GLOBALS {
        if wanted.contains(capability) && !isolate.granted.contains(capability) {
            isolate.granted.push(*capability);
            make(isolate, name, text)?;
        }
    }
    Ok(())
}

/// Gives an isolate the globals of these WebAssembly modules of the configuration; those it has stay.
pub fn give_wasm(isolate: &mut Isolate, names: &[String]) {
    if names.is_empty() {
        return;
    }
    let host = isolate.host.wasm.clone();
    deno_core::scope!(scope, isolate.runtime);
    let names: Vec<v8::Local<v8::Value>> =
        names.iter().filter_map(|name| Some(v8::String::new(scope, name)?.into())).collect();
    let names = v8::Array::new_with_elements(scope, &names).into();
    let (host, undefined) = (v8::Local::new(scope, host), v8::undefined(scope).into());
    // The host's own function on the host's own intrinsics, before any code of the script's.
    let _ = host.call(scope, undefined, &[names]);
}

/// The capability whose section would bring a global, for the message about its absence.
pub fn of_global(name: &str) -> Option<Capability> {
    let brings = |names: &[&str]| names.contains(&name);
    let known =
        GLOBALS.iter().find(|(.., names)| brings(names)).map(|(capability, ..)| *capability);
    known.or(match name {
        "WebSocket" => Some(Capability::WebSocket),
        "fs" => Some(Capability::Filesystem),
        "child_process" | "Deno" => Some(Capability::Subprocess),
        "mcp" => Some(Capability::McpTools),
        _ => None,
    })
}

fn make(isolate: &mut Isolate, name: &str, text: &str) -> Result<(), CheckpointError> {
    let grant = isolate.host.grant.clone();
    deno_core::scope!(scope, isolate.runtime);
    v8::tc_scope!(let scope, scope);
    let made = (|| {
        let resource = v8::String::new(scope, name)?.into();
        let origin =
            v8::ScriptOrigin::new(scope, resource, 0, 0, false, 0, None, false, false, false, None);
        let code = v8::String::new(scope, text)?;
        let function = v8::Script::compile(scope, code, Some(&origin))?.run(scope)?;
        let grant = v8::Local::new(scope, &grant);
        let undefined = v8::undefined(scope).into();
        grant.call(scope, undefined, &[resource, function])
    })();
    match made {
        Some(_) => Ok(()),
        None => {
            let thrown = scope.exception();
            let message = thrown.map(|thrown| crate::error::from_exception(scope, thrown, None));
            scope.reset();
            Err(CheckpointError::Failed(message.map(|error| error.message).unwrap_or_default()))
        }
    }
}
