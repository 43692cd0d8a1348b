//! One isolate: restored from the base or a snapshot, bounded, with the host hidden. Runs belong to `run`.

mod leave;
mod runtime;

use crate::blobs::Blobs;
use crate::calls::Calls;
use crate::control::Control;
use crate::error::{self, Creator, Texts};
use crate::modules::Loader;
use crate::ops::output::Sink;
use crate::output::Output;
use crate::{buffers, buffers::Bounded, extensions, memory};
use deno_core::{JsRuntime, RuntimeOptions, v8};
use mcp_v8_sandbox::{Capability, StopReason};
use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;

pub use runtime::{Base, Runtime, World};

/// Heap V8 may use beyond its limit to unwind after a termination, bytes per call, and how often.
const SLACK: usize = 32 << 20;
const SLACK_TIMES: u32 = 8;

/// What bounds an isolate from the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// V8 heap, bytes.
    pub heap: u64,
    /// ArrayBuffer contents, bytes.
    pub buffers: u64,
}

/// The functions of js/host.js.
pub struct Host {
    pub declare: v8::Global<v8::Function>,
    pub settle: v8::Global<v8::Function>,
    pub threw: v8::Global<v8::Function>,
    pub leave: v8::Global<v8::Function>,
    pub open: v8::Global<v8::Function>,
    pub save: v8::Global<v8::Function>,
    pub grant: v8::Global<v8::Function>,
    pub load: v8::Global<v8::Function>,
    pub bring: v8::Global<v8::Function>,
    pub wasm: v8::Global<v8::Function>,
    pub renew: v8::Global<v8::Function>,
    pub expose: v8::Global<v8::Function>,
    pub hide: v8::Global<v8::Function>,
}

/// What of an isolate's life outside of V8 goes on in the one that follows it.
#[derive(Default)]
pub struct Carried {
    pub loader: Rc<Loader>,
    pub texts: Texts,
    pub granted: Vec<Capability>,
}

/// A JavaScript world.
pub struct Isolate {
    pub runtime: Runtime,
    pub host: Host,
    pub loader: Rc<Loader>,
    pub bounds: Bounds,
    /// The bytes of Blobs.
    pub blobs: Arc<Blobs>,
    contents: Arc<Bounded>,
    /// V8's global handles before any run.
    pub handles_at_start: usize,
    /// A run has begun in it.
    pub used: bool,
    /// It holds a session whose state can be saved.
    pub open: bool,
    /// What its scripts may ask the server for.
    pub granted: Vec<Capability>,
    /// Nothing of a run that is over goes on in it.
    pub quiet: bool,
}

/// The base snapshot does not have what this binary expects: they were not made by the same build.
#[derive(Debug, thiserror::Error)]
#[error("the base snapshot lacks `{0}`")]
pub struct BaseMismatch(&'static str);

impl Isolate {
    /// Restores an isolate. Must be called inside a tokio context.
    ///
    /// # Errors
    /// [`BaseMismatch`] when the base is another build's.
    pub fn restore(
        base: Base,
        world: World,
        bounds: Bounds,
        carried: Carried,
        output: &Arc<Output>,
        calls: &Arc<Calls>,
        control: &Arc<Control>,
    ) -> Result<Self, BaseMismatch> {
        let Carried { loader, texts, granted } = carried;
        let open = matches!(world, World::Heap(_));
        loader.connect(calls.clone(), open);
        let heap = usize::try_from(bounds.heap).unwrap_or(usize::MAX);
        let contents = Bounded::new(bounds.buffers);
        let params = v8::CreateParams::default()
            .heap_limits(0, heap)
            .array_buffer_allocator(buffers::allocator(contents.clone()))
            .allow_atomics_wait(false);
        let options = |snapshot, params, blobs: &Arc<Blobs>| RuntimeOptions {
            startup_snapshot: Some(snapshot),
            skip_op_registration: true,
            extensions: extensions::all(Sink::open(output.clone()), blobs.clone()),
            create_params: Some(params),
            module_loader: Some(loader.clone()),
            ..Default::default()
        };
        let (mut runtime, blobs) = runtime::make(base, world, params, options);
        // A formatter only: a user's Error.prepareStackTrace never sees native call sites.
        runtime.v8_isolate().set_prepare_stack_trace_callback(error::stack_trace);
        runtime.v8_isolate().set_oom_error_handler(out_of_memory);
        runtime.op_state().borrow_mut().put(texts);
        runtime.op_state().borrow_mut().put(contents.clone());
        runtime.op_state().borrow_mut().put(calls.clone());
        if runtime.is_creator() {
            runtime.op_state().borrow_mut().put(Creator);
        }
        guard_heap(&mut runtime, control.clone(), bounds.heap, contents.clone());
        let host = enter(&mut runtime)?;
        let (used, quiet) = (false, true);
        let handles_at_start = 0;
        let mut made = Self {
            runtime,
            host,
            loader,
            bounds,
            blobs,
            contents,
            handles_at_start,
            used,
            open,
            granted,
            quiet,
        };
        made.handles_at_start = made.handles();
        Ok(made)
    }

    /// V8's global handles that are in use.
    pub fn handles(&mut self) -> usize {
        let statistics = self.runtime.v8_isolate().get_heap_statistics();
        statistics.used_global_handles_size() / HANDLE
    }

    /// Bytes of all ArrayBuffers.
    pub fn buffers_used(&self) -> u64 {
        self.contents.used()
    }

    /// Calls a function of the host's without arguments; the text it returns. `None` when V8 ends it.
    pub fn call_host(
        &mut self,
        which: impl Fn(&Host) -> &v8::Global<v8::Function>,
    ) -> Option<String> {
        let function = which(&self.host);
        let runtime = &mut self.runtime;
        deno_core::scope!(scope, runtime);
        v8::tc_scope!(let scope, scope);
        let function = v8::Local::new(scope, function);
        let undefined = v8::undefined(scope).into();
        let answer = function.call(scope, undefined, &[])?;
        answer.is_string().then(|| answer.to_rust_string_lossy(scope))
    }

    /// V8 heap in use, bytes.
    pub fn heap_used(&mut self) -> u64 {
        self.runtime.v8_isolate().get_heap_statistics().used_heap_size() as u64
    }
}

/// Bytes of one global handle (v8/src/handles/global-handles.cc, `Node`).
const HANDLE: usize = 32;

/// V8 found no memory and cannot go on; it must not return.
unsafe extern "C" fn out_of_memory(_location: *const std::ffi::c_char, _details: &v8::OomDetails) {
    memory::exit()
}

/// Ends the run at the first call and lends the heap some slack to unwind in. V8 also calls when the contents of an
/// ArrayBuffer were refused, after it has looked for garbage; the heap is not short then, and the script gets a
/// RangeError.
fn guard_heap(
    runtime: &mut JsRuntime,
    control: Arc<Control>,
    limit_bytes: u64,
    contents: Arc<Bounded>,
) {
    let times = Cell::new(0);
    // SAFETY: the isolate outlives its own callback, which V8 calls on the isolate's thread.
    let isolate = unsafe { runtime.v8_isolate().as_raw_isolate_ptr() };
    runtime.add_near_heap_limit_callback(move |current, _initial| {
        // SAFETY: as above.
        let mut isolate = unsafe { v8::Isolate::from_raw_isolate_ptr(isolate) };
        let used = isolate.get_heap_statistics().used_heap_size();
        if contents.refused().is_some() && used < current.saturating_sub(SLACK) {
            return current;
        }
        control.stop(StopReason::Memory { limit_bytes });
        times.set(times.get() + 1);
        if times.get() > SLACK_TIMES { current } else { current + SLACK }
    });
}

/// Takes the host's functions and hides the host.
fn enter(runtime: &mut Runtime) -> Result<Host, BaseMismatch> {
    let creator = runtime.is_creator();
    deno_core::scope!(scope, runtime);
    let global = scope.get_current_context().global(scope);
    let deno = property::<v8::Object>(scope, global, "Deno")?;
    let host = property::<v8::Object>(scope, deno, "host")?;
    let mut take = |name| {
        let function = property::<v8::Function>(scope, host, name)?;
        Ok(v8::Global::new(scope, function))
    };
    let found = Host {
        declare: take("declare")?,
        settle: take("settle")?,
        threw: take("threw")?,
        leave: take("leave")?,
        open: take("open")?,
        save: take("save")?,
        grant: take("grant")?,
        load: take("load")?,
        bring: take("bring")?,
        wasm: take("wasm")?,
        renew: take("renew")?,
        expose: take("expose")?,
        hide: take("hide")?,
    };
    let enter = property::<v8::Function>(scope, host, "enter")?;
    let undefined = v8::undefined(scope).into();
    let creator = v8::Boolean::new(scope, creator).into();
    enter.call(scope, undefined, &[creator]).ok_or(BaseMismatch("enter"))?;
    Ok(found)
}

fn property<'s, T>(
    scope: &mut v8::PinScope<'s, '_>,
    from: v8::Local<'s, v8::Object>,
    name: &'static str,
) -> Result<v8::Local<'s, T>, BaseMismatch>
where
    v8::Local<'s, T>: TryFrom<v8::Local<'s, v8::Value>>,
{
    let key = v8::String::new(scope, name).ok_or(BaseMismatch(name))?;
    let value = from.get(scope, key.into()).ok_or(BaseMismatch(name))?;
    value.try_into().map_err(|_| BaseMismatch(name))
}
