//! One isolate: restored from the base, bounded, with the host hidden. Runs belong to `run`.

mod leave;
mod loader;

use crate::calls::Calls;
use crate::control::Control;
use crate::error::{self, Texts};
use crate::ops::output::Sink;
use crate::output::Output;
use crate::{buffers, buffers::Bounded, extensions, memory};
use deno_core::{JsRuntime, RuntimeOptions, v8};
use mcp_v8_sandbox::{Capability, StopReason};
use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;

pub use loader::Loader;

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
}

/// A JavaScript world.
pub struct Isolate {
    pub runtime: JsRuntime,
    pub host: Host,
    pub loader: Rc<Loader>,
    pub bounds: Bounds,
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
    /// Restores the base. Must be called inside a tokio context.
    ///
    /// # Errors
    /// [`BaseMismatch`] when the base is another build's.
    pub fn restore(
        base: &'static [u8],
        bounds: Bounds,
        output: &Arc<Output>,
        calls: &Arc<Calls>,
        control: &Arc<Control>,
    ) -> Result<Self, BaseMismatch> {
        let loader = Rc::new(Loader::default());
        let heap = usize::try_from(bounds.heap).unwrap_or(usize::MAX);
        let contents = Bounded::new(bounds.buffers);
        let params = v8::CreateParams::default()
            .heap_limits(0, heap)
            .array_buffer_allocator(buffers::allocator(contents.clone()))
            .allow_atomics_wait(false);
        let mut runtime = JsRuntime::new(RuntimeOptions {
            startup_snapshot: Some(base),
            skip_op_registration: true,
            extensions: extensions::all(Sink::open(output.clone())),
            create_params: Some(params),
            module_loader: Some(loader.clone()),
            ..Default::default()
        });
        // A formatter only: a user's Error.prepareStackTrace never sees native call sites.
        runtime.v8_isolate().set_prepare_stack_trace_callback(error::stack_trace);
        runtime.v8_isolate().set_oom_error_handler(out_of_memory);
        runtime.op_state().borrow_mut().put(Texts::default());
        runtime.op_state().borrow_mut().put(contents.clone());
        runtime.op_state().borrow_mut().put(calls.clone());
        guard_heap(&mut runtime, control.clone(), bounds.heap, contents);
        let host = enter(&mut runtime)?;
        Ok(Self {
            runtime,
            host,
            loader,
            bounds,
            used: false,
            open: false,
            granted: Vec::new(),
            quiet: true,
        })
    }

    /// V8 heap in use, bytes.
    pub fn heap_used(&mut self) -> u64 {
        self.runtime.v8_isolate().get_heap_statistics().used_heap_size() as u64
    }
}

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
fn enter(runtime: &mut JsRuntime) -> Result<Host, BaseMismatch> {
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
    };
    let enter = property::<v8::Function>(scope, host, "enter")?;
    let undefined = v8::undefined(scope).into();
    enter.call(scope, undefined, &[]).ok_or(BaseMismatch("enter"))?;
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
