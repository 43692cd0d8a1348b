//! The state of a session as a V8 snapshot: everything its heap holds. Consumes the isolate; the session goes on in one
//! restored from the snapshot, which proves it. Not the portable values, which are taken first: see `checkpoint`.

mod sidecar;
mod snapshot;

use crate::error::Texts;
use crate::isolate::{Base, Carried, Isolate, Runtime};
use deno_core::{PollEventLoopOptions, v8};
use std::future::poll_fn;
use std::task::Poll;

pub use sidecar::SidecarError;
pub use snapshot::{Lent, Snapshot};

/// Collections before a snapshot whose callbacks are carried out: what one of them finds dead may hold the last reference
/// to something else.
const ROUNDS: u32 = 2;

/// A snapshot, and what of the isolate outside of V8 goes on in the next one.
pub struct Taken {
    pub snapshot: Snapshot,
    pub carried: Carried,
}

/// Why there is no snapshot.
pub enum Failure {
    /// V8 would have ended the process. The isolate is as it was.
    Refused(Box<Isolate>, String),
    /// The isolate is gone.
    Broken(SidecarError),
}

/// Takes a snapshot. Must be called inside a tokio context. User code may run before it (callbacks of
/// FinalizationRegistry); what they print is dropped, and the server's clock bounds them.
pub fn take(
    mut isolate: Isolate,
    base: Base,
    tokio: &tokio::runtime::Runtime,
) -> Result<Taken, Failure> {
    if let Err(why) = prepare(&mut isolate, tokio) {
        return Err(Failure::Refused(Box::new(isolate), why));
    }
    let blobs = isolate.blobs.parts();
    let buffers = isolate.buffers_used();
    let texts = isolate.runtime.op_state().borrow_mut().take::<Texts>();
    let Isolate { runtime, host, loader, granted, .. } = isolate;
    let Runtime::Creator(creator, lent) = runtime else {
        unreachable!("`prepare` refuses plain isolates")
    };
    drop(host);
    let v8 = creator.snapshot();
    if let Some(lent) = lent {
        // SAFETY: the isolate that was restored from them was consumed by `snapshot`.
        unsafe { lent.back() };
    }
    let v8 = sidecar::carry(base.0, &v8).map_err(Failure::Broken)?;
    Ok(Taken {
        snapshot: Snapshot { buffers, parts: blobs, v8 },
        carried: Carried { loader, texts, granted },
    })
}

/// Brings the isolate to where a snapshot can be taken, or says why V8 would not survive it; then it is as it was.
fn prepare(isolate: &mut Isolate, tokio: &tokio::runtime::Runtime) -> Result<(), String> {
    if !isolate.runtime.is_creator() {
        return Err("it runs in an isolate that was not made for snapshots".into());
    }
    // While the host is hidden: user code may run in here.
    for _ in 0..ROUNDS {
        collect(isolate);
        call_back(isolate, tokio);
    }
    isolate.leave(tokio, &[]);
    if !isolate.quiet {
        return Err("work of it is still under way".into());
    }
    // The callbacks may have printed, and V8 may have found more to call back for; that is left to it.
    collect(isolate);
    match isolate.call_host(|host| &host.expose) {
        Some(why) if why.is_empty() => {}
        Some(why) => return Err(why),
        None => return Err("V8 ended the preparation".into()),
    }
    // More handles than after the restore belong to native objects (Intl), and V8 aborts the process on each of them.
    let known = isolate.handles_at_start + isolate.loader.handles();
    let alive = isolate.handles().saturating_sub(known);
    if alive > 0 {
        isolate.call_host(|host| &host.hide);
        return Err(format!(
            "V8 cannot write native objects, and some are alive (those of Intl, for example; {alive} handles)"
        ));
    }
    Ok(())
}

/// Collects garbage, the console's native object among it.
fn collect(isolate: &mut Isolate) {
    isolate.call_host(|host| &host.renew);
    let v8: &mut v8::Isolate = isolate.runtime.v8_isolate();
    v8.clear_kept_objects();
    v8.low_memory_notification();
}

/// Carries out what V8 has to call back for.
fn call_back(isolate: &mut Isolate, tokio: &tokio::runtime::Runtime) {
    tokio.block_on(poll_fn(|task| {
        // An error is of a callback whose run is over.
        let _ = isolate.runtime.poll_event_loop(task, PollEventLoopOptions::default());
        Poll::Ready(())
    }));
}
