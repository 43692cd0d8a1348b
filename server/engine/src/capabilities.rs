//! Globals that come with a capability: compiled in an isolate only where a job brings it. What they do is asked of the
//! server, call by call; without the capability they are absent.

use crate::checkpoint::CheckpointError;
use crate::isolate::Isolate;
use deno_core::v8;
use mcp_v8_sandbox::Capability;

/// Rows in the order they are compiled: the text of a function that makes globals or what later rows are made from, and
/// the names of the globals. A capability may have several rows, and capabilities may share one.
const GLOBALS: &[(Capability, &str, &str, &[&str])] = &[
    (
        Capability::Fetch,
        "ext:mcp/fetch/headers.js",
        include_str!("../js/fetch/headers.js"),
        &["Headers"],
    ),
    (
        Capability::Fetch,
        "ext:mcp/fetch/fetch.js",
        include_str!("../js/fetch/fetch.js"),
        &["fetch", "Request", "Response"],
    ),
    (
        Capability::WebSocket,
        "ext:mcp/websocket.js",
        include_str!("../js/websocket.js"),
        &["WebSocket"],
    ),
    (Capability::Filesystem, "ext:mcp/buffer.js", include_str!("../js/buffer.js"), &[]),
    (Capability::Filesystem, "ext:mcp/fs/values.js", include_str!("../js/fs/values.js"), &[]),
    (
        Capability::Filesystem,
        "ext:mcp/fs/operations.js",
        include_str!("../js/fs/operations.js"),
        &[],
    ),
    (Capability::Filesystem, "ext:mcp/fs/styles.js", include_str!("../js/fs/styles.js"), &[]),
    (Capability::Filesystem, "ext:mcp/fs/streams.js", include_str!("../js/fs/streams.js"), &[]),
    (Capability::Filesystem, "ext:mcp/fs/fs.js", include_str!("../js/fs/fs.js"), &["fs"]),
    (Capability::Subprocess, "ext:mcp/buffer.js", include_str!("../js/buffer.js"), &[]),
    (Capability::Subprocess, "ext:mcp/child/calls.js", include_str!("../js/child/calls.js"), &[]),
    (
        Capability::Subprocess,
        "ext:mcp/child/emitter.js",
        include_str!("../js/child/emitter.js"),
        &[],
    ),
    (
        Capability::Subprocess,
        "ext:mcp/child/child_process.js",
        include_str!("../js/child/child_process.js"),
        &["child_process"],
    ),
    (
        Capability::Subprocess,
        "ext:mcp/child/deno.js",
        include_str!("../js/child/deno.js"),
        &["Deno"],
    ),
];

/// Gives an isolate the globals of these capabilities; those it has stay.
///
/// # Errors
/// [`CheckpointError::Failed`]: a defect of ours, or a full heap.
pub fn grant(isolate: &mut Isolate, wanted: &[Capability]) -> Result<(), CheckpointError> {
    let had = std::mem::take(&mut isolate.granted);
    let new = |capability: &Capability| wanted.contains(capability) && !had.contains(capability);
    let made = GLOBALS
        .iter()
        .filter(|(capability, ..)| new(capability))
        .try_for_each(|(_, name, text, _)| make(isolate, name, text));
    let new = wanted.iter().filter(|one| !had.contains(one)).copied();
    isolate.granted = had.iter().copied().chain(new).collect();
    made
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
