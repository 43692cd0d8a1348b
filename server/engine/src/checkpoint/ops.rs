//! The ops of a checkpoint's JavaScript. Unreachable from user code, like every op.

use super::exchange::Exchange;
use super::facts::{self, Facts};
use super::{blob, scopes, strings};
use deno_core::{OpState, op2, v8};
use deno_error::JsErrorBox;
use std::cell::RefCell;
use std::rc::Rc;

/// Appends the first `length` bytes of a chunk to the nodes.
#[op2(fast)]
pub fn op_mcp_save_nodes(
    state: &mut OpState,
    #[buffer] chunk: &[u8],
    #[smi] length: u32,
) -> Result<(), JsErrorBox> {
    let exchange = state.borrow_mut::<Exchange>();
    exchange.nodes.extend_from_slice(&chunk[..chunk.len().min(length as usize)]);
    within(exchange)
}

fn within(exchange: &Exchange) -> Result<(), JsErrorBox> {
    if exchange.is_over() { Err(JsErrorBox::generic("the state is too large")) } else { Ok(()) }
}

/// Takes everything beside the nodes: texts, views of buffers, and what load.js needs to find its way.
#[op2(fast, reentrant)]
pub fn op_mcp_save_end<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    state: Rc<RefCell<OpState>>,
    texts: v8::Local<'s, v8::Array>,
    views: v8::Local<'s, v8::Array>,
    gone: v8::Local<'s, v8::Array>,
    starts: v8::Local<'s, v8::Array>,
    #[string] account: String,
) -> Result<(), JsErrorBox> {
    let mut state = state.borrow_mut();
    let exchange = state.borrow_mut::<Exchange>();
    for index in 0..texts.length() {
        v8::scope!(let scope, scope);
        let text = texts.get_index(scope, index).and_then(|text| text.try_into().ok());
        strings::write(scope, text.ok_or_else(foreign)?, &mut exchange.strings);
        within(exchange)?;
    }
    for index in 0..views.length() {
        v8::scope!(let scope, scope);
        let view = views.get_index(scope, index).and_then(|view| view.try_into().ok());
        let view: v8::Local<v8::ArrayBufferView> = view.ok_or_else(foreign)?;
        let length = view.byte_length();
        exchange.buffers.extend_from_slice(&(length as u64).to_le_bytes());
        let from = exchange.buffers.len();
        exchange.buffers.resize(from + length, 0);
        view.copy_contents(&mut exchange.buffers[from..]);
        within(exchange)?;
    }
    exchange.trailer.gone = numbers(scope, gone).map(|number| number as u32).collect();
    exchange.trailer.starts = numbers(scope, starts).map(|number| number as u64).collect();
    exchange.set_account(&account);
    Ok(())
}

/// The numbers in an array of our own JavaScript's.
fn numbers<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    array: v8::Local<'s, v8::Array>,
) -> std::vec::IntoIter<f64> {
    let mut found = Vec::with_capacity(array.length() as usize);
    for index in 0..array.length() {
        v8::scope!(let scope, scope);
        let number = array.get_index(scope, index).and_then(|number| number.number_value(scope));
        found.push(number.unwrap_or_default());
    }
    found.into_iter()
}

fn foreign() -> JsErrorBox {
    JsErrorBox::type_error("not what save.js hands over")
}

/// The graph to load: nodes, texts, buffers, lost nodes, starts of nodes.
#[op2(reentrant)]
pub fn op_mcp_load<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    state: Rc<RefCell<OpState>>,
) -> Result<v8::Local<'s, v8::Array>, JsErrorBox> {
    let incoming = state.borrow_mut().borrow_mut::<Exchange>().incoming.take();
    let payload = incoming.ok_or_else(|| JsErrorBox::generic("there is no state to load"))?;
    let full = || JsErrorBox::generic("the stored state does not fit into this run's memory");
    let store = v8::ArrayBuffer::new_backing_store_from_vec(payload.nodes().to_vec());
    let nodes = v8::ArrayBuffer::with_backing_store(scope, &store.make_shared());
    let length = nodes.byte_length();
    let nodes = v8::Uint8Array::new(scope, nodes, 0, length).ok_or_else(full)?;
    let texts = strings::read(scope, payload.strings()).ok_or_else(full)?;
    let texts = v8::Array::new_with_elements(scope, &texts);
    let mut buffers: Vec<v8::Local<v8::Value>> = Vec::new();
    for bytes in payload.buffers() {
        buffers.push(buffer(scope, bytes).into());
    }
    let buffers = v8::Array::new_with_elements(scope, &buffers);
    let gone = list(scope, payload.gone.iter().map(|number| f64::from(*number)));
    let starts = list(scope, payload.starts.iter().map(|number| *number as f64));
    let parts = [nodes.into(), texts.into(), buffers.into(), gone, starts];
    Ok(v8::Array::new_with_elements(scope, &parts))
}

/// A buffer from the isolate's own allocator, so that its limit holds; `load` has seen that all of them fit.
fn buffer<'s>(scope: &mut v8::PinScope<'s, '_>, bytes: &[u8]) -> v8::Local<'s, v8::ArrayBuffer> {
    let buffer = v8::ArrayBuffer::new(scope, bytes.len());
    let store = buffer.get_backing_store();
    if let Some(to) = store.data().filter(|_| !bytes.is_empty()) {
        let from = bytes.as_ptr();
        // SAFETY: the buffer was made here with this length and nothing else has it yet; `bytes` is apart from it.
        unsafe { std::ptr::copy_nonoverlapping(from, to.as_ptr().cast::<u8>(), bytes.len()) };
    }
    buffer
}

fn list<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    numbers: impl Iterator<Item = f64>,
) -> v8::Local<'s, v8::Value> {
    let numbers: Vec<v8::Local<v8::Value>> =
        numbers.map(|number| v8::Number::new(scope, number).into()).collect();
    v8::Array::new_with_elements(scope, &numbers).into()
}

/// Takes the list of what was kept and could not be made again, as JSON.
#[op2(fast)]
pub fn op_mcp_load_lost(state: &mut OpState, #[string] lost: &str) {
    state.borrow_mut::<Exchange>().set_lost(lost);
}

/// Whether an object has nothing but properties: no entries, bytes, or other contents that V8 keeps for it.
#[op2(fast)]
pub fn op_mcp_is_ordinary(value: v8::Local<v8::Value>) -> bool {
    let special = value.is_map()
        || value.is_set()
        || value.is_date()
        || value.is_native_error()
        || value.is_reg_exp()
        || value.is_promise()
        || value.is_array_buffer()
        || value.is_array_buffer_view()
        || value.is_shared_array_buffer()
        || value.is_weak_map()
        || value.is_weak_set()
        || value.is_generator_object()
        || value.is_arguments_object()
        || value.is_module_namespace_object()
        || value.is_map_iterator()
        || value.is_set_iterator()
        || value.is_boolean_object()
        || value.is_number_object()
        || value.is_string_object()
        || value.is_symbol_object()
        || value.is_big_int_object();
    !special
}

/// The own keys of an object that are no indices, symbols included.
#[op2(reentrant)]
pub fn op_mcp_named_keys<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    object: v8::Local<'s, v8::Object>,
) -> v8::Local<'s, v8::Array> {
    let wanted = v8::GetPropertyNamesArgsBuilder::new()
        .mode(v8::KeyCollectionMode::OwnOnly)
        .property_filter(v8::PropertyFilter::ALL_PROPERTIES)
        .index_filter(v8::IndexFilter::SkipIndices)
        .build();
    object.get_property_names(scope, wanted).unwrap_or_else(|| v8::Array::new(scope, 0))
}

/// What the sources of functions say about them.
#[op2]
#[serde]
pub fn op_mcp_function_facts(#[serde] sources: Vec<String>) -> Vec<Facts> {
    facts::of_all(&sources)
}

/// For each function the variables of its enclosing scopes, innermost first; null when V8 does not tell.
#[op2(reentrant)]
pub fn op_mcp_function_scopes<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    functions: v8::Local<'s, v8::Array>,
) -> v8::Local<'s, v8::Value> {
    scopes::of(scope, functions).map_or_else(|| v8::null(scope).into(), Into::into)
}

/// The value of a text made from the source of a stored function.
#[op2(reentrant)]
pub fn op_mcp_evaluate<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    code: v8::Local<'s, v8::String>,
) -> v8::Local<'s, v8::Value> {
    let undefined = v8::undefined(scope).into();
    // An exception stays pending and is the caller's.
    v8::Script::compile(scope, code, None).and_then(|script| script.run(scope)).unwrap_or(undefined)
}

/// The keys and values of a weak collection, or its members.
#[op2(reentrant)]
pub fn op_mcp_weak_entries<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    weak: v8::Local<'s, v8::Object>,
) -> v8::Local<'s, v8::Array> {
    weak.preview_entries(scope).0.unwrap_or_else(|| v8::Array::new(scope, 0))
}

/// The bytes of a Blob's part. Throws when they are not in memory.
#[op2]
#[buffer]
pub fn op_mcp_blob_part(state: &mut OpState, #[string] id: &str) -> Result<Vec<u8>, JsErrorBox> {
    blob::part(state, id).ok_or_else(|| JsErrorBox::generic("the bytes are not in memory"))
}
