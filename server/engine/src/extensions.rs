//! The list of extensions, the same for the base and for every isolate: external references go by position.

use crate::blobs::Blobs;
use crate::{base, checkpoint, modules, ops, ops::output::Sink, scripts};
use deno_core::{Extension, ExtensionFileSourceCode, v8};
use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::Ordering;

deno_core::extension!(
    mcp_host,
    ops = [
        ops::output::op_mcp_write,
        ops::settle::op_mcp_completed,
        ops::settle::op_mcp_failed,
        ops::settle::op_mcp_threw,
        ops::artifact::op_mcp_artifact,
        ops::fetch::op_mcp_fetch,
        ops::fetch::op_mcp_fetch_read,
        ops::fetch::op_mcp_fetch_write,
        ops::fetch::op_mcp_fetch_cancel,
        ops::child::op_mcp_child,
        ops::child::op_mcp_child_sync,
        ops::file::op_mcp_file,
        ops::file::op_mcp_file_sync,
        ops::wasm::op_mcp_wasm,
        ops::websocket::op_mcp_websocket_close,
        ops::websocket::op_mcp_websocket_open,
        ops::websocket::op_mcp_websocket_receive,
        ops::websocket::op_mcp_websocket_send,
        checkpoint::op_mcp_save_nodes,
        checkpoint::op_mcp_save_end,
        checkpoint::op_mcp_load,
        checkpoint::op_mcp_load_lost,
        checkpoint::op_mcp_is_ordinary,
        checkpoint::op_mcp_named_keys,
        checkpoint::op_mcp_function_facts,
        checkpoint::op_mcp_function_scopes,
        checkpoint::op_mcp_evaluate,
        checkpoint::op_mcp_weak_entries,
        checkpoint::op_mcp_blob_part,
    ],
    options = { sink: Sink },
    middleware = |op| match op.name {
        // A clock fine enough for timing attacks is not needed for measuring scripts.
        "op_now" => op.with_implementation_from(&ops::clock::op_mcp_now()),
        // deno_core's own ops a sandbox must not have: they write to stdout, panic, read and close resources by
        // number, or compile with a name of the caller's choosing. Unreachable too; this is the second wall.
        "op_panic" | "op_print" | "op_resources" | "op_close" | "op_try_close" | "op_cancel_read" | "op_read"
        | "op_read_all" | "op_read_sync" | "op_write" | "op_write_all" | "op_write_sync"
        | "op_write_type_error" | "op_pipe" | "op_shutdown" | "op_is_terminal" | "op_import_sync"
        | "op_import_sync_with_source" | "op_eval_context" | "op_compile_function" => op.disable(),
        _ => op,
    },
    state = |state, options| {
        state.put(options.sink);
        state.put(ops::settle::Settled::default());
        state.put(checkpoint::State::default());
    },
    global_object_middleware = queue_microtask_first,
);

/// Every extension, in the order that the base was made with.
pub fn all(sink: Sink, blobs: Arc<Blobs>) -> Vec<Extension> {
    let mut web =
        deno_web::deno_web::init(blobs, None, false, deno_web::InMemoryBroadcastChannel::default());
    let mut webidl = deno_webidl::deno_webidl::init();
    if base::MAKING.load(Ordering::SeqCst) {
        embed(&mut webidl);
        embed(&mut web);
    }
    vec![webidl, web, crate::crypto::extension(), mcp_host::init(sink), modules::node::extension()]
}

/// Replaces "read this path while a snapshot is made" by the text that travels with the binary.
fn embed(extension: &mut Extension) {
    let lists = [
        &mut extension.js_files,
        &mut extension.esm_files,
        &mut extension.lazy_loaded_esm_files,
        &mut extension.lazy_loaded_js_files,
    ];
    for list in lists {
        let mut files = list.to_vec();
        for file in &mut files {
            if let (ExtensionFileSourceCode::LoadedFromFsDuringSnapshot(_), Some(text)) =
                (&file.code, scripts::web(file.specifier))
            {
                file.code = ExtensionFileSourceCode::Computed(text.into());
            }
        }
        *list = Cow::Owned(files);
    }
}

const QUEUE_MICROTASK: &str = "(() => { const { apply } = Reflect, { then } = Promise.prototype, P = Promise, \
    R = P.resolve; return (fn) => { apply(then, apply(R, P, []), [() => { fn(); }]); }; })()";

/// A snapshot creator has no native `queueMicrotask`, and deno_core's wrapper takes whatever is on the global before
/// its first script runs (engine.md 0.5). So: one of our own, while the base is made.
fn queue_microtask_first<'s, 'i>(
    scope: &mut v8::PinScope<'s, 'i>,
    global: v8::Local<'s, v8::Object>,
) {
    if !base::MAKING.load(Ordering::SeqCst) {
        return;
    }
    let source = v8::String::new(scope, QUEUE_MICROTASK).expect("a short literal fits");
    let function = v8::Script::compile(scope, source, None)
        .and_then(|script| script.run(scope))
        .expect("the literal above is valid JavaScript");
    let key = v8::String::new(scope, "queueMicrotask").expect("a short literal fits");
    global.create_data_property(scope, key.into(), function);
}
