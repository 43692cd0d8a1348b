//! The two kinds of isolate, and what each may be restored from. A snapshot of a session goes into a creator and never
//! into a plain isolate, which takes what it finds there for objects of its own (engine.md 0.5).

use crate::blobs::Blobs;
use crate::heap::{Lent, Snapshot};
use crate::platform;
use deno_core::{JsRuntime, JsRuntimeForSnapshot, RuntimeOptions, v8};
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

/// The base snapshot, mapped for the life of the process.
#[derive(Clone, Copy)]
pub struct Base(pub &'static [u8]);

/// What an isolate is restored from, and so which kind it is.
pub enum World {
    /// A plain isolate from the base: optimizing compilers, WebAssembly, everything V8 has.
    Plain,
    /// A snapshot creator from the base: a session of kind `heap` begins, or goes on from values.
    Creator,
    /// A snapshot creator from the snapshot of another.
    Heap(Snapshot),
}

/// An isolate's runtime. Derefs to what both kinds can do.
pub enum Runtime {
    Plain(Box<JsRuntime>),
    Creator(Box<JsRuntimeForSnapshot>, Option<Lent>),
}

impl Runtime {
    pub fn is_creator(&self) -> bool {
        matches!(self, Self::Creator(..))
    }
}

impl Deref for Runtime {
    type Target = JsRuntime;

    fn deref(&self) -> &JsRuntime {
        match self {
            Self::Plain(runtime) => runtime,
            Self::Creator(runtime, _) => runtime,
        }
    }
}

impl DerefMut for Runtime {
    fn deref_mut(&mut self) -> &mut JsRuntime {
        match self {
            Self::Plain(runtime) => runtime,
            Self::Creator(runtime, _) => runtime,
        }
    }
}

/// The runtime of a world, and where its Blobs are.
pub fn make(
    base: Base,
    world: World,
    params: v8::CreateParams,
    options: impl Fn(&'static [u8], v8::CreateParams, &Arc<Blobs>) -> RuntimeOptions,
) -> (Runtime, Arc<Blobs>) {
    platform::allow_using(matches!(world, World::Plain));
    let creator = |snapshot, params: v8::CreateParams, blobs: &Arc<Blobs>| {
        // V8 makes one of its own in plain isolates only, and the console needs it.
        let platform = v8::V8::get_current_platform();
        let cpp = v8::cppgc::Heap::create(platform, v8::cppgc::HeapCreateParams::default());
        Box::new(JsRuntimeForSnapshot::new(options(snapshot, params.cpp_heap(cpp), blobs)))
    };
    match world {
        World::Plain => {
            let blobs = Arc::default();
            let runtime = JsRuntime::new(options(base.0, params, &blobs));
            (Runtime::Plain(Box::new(runtime)), blobs)
        }
        World::Creator => {
            let blobs = Arc::default();
            (Runtime::Creator(creator(base.0, params, &blobs), None), blobs)
        }
        World::Heap(snapshot) => {
            let (parts, bytes) = snapshot.into_parts();
            let blobs = Blobs::with(parts);
            let (lent, bytes) = Lent::new(bytes);
            (Runtime::Creator(creator(bytes, params, &blobs), Some(lent)), blobs)
        }
    }
}
