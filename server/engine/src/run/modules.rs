//! Modules of a session: imported again before its state is brought back, and made known after a run that imported some.
//! Both are the run's own time and output, because modules are code of the script's.

use super::{Context, call};
use crate::checkpoint::{self, CheckpointError, Payload};
use crate::isolate::Isolate;
use deno_core::{PollEventLoopOptions, v8};
use mcp_v8_sandbox::Lost;
use std::time::Duration;

/// Making known what was imported takes no longer: nothing of it is loaded or evaluated again.
const NOTE: Duration = Duration::from_millis(200);

/// Imports the modules that a state names, and brings the state back.
///
/// # Errors
/// [`CheckpointError`]; the isolate must not be used then. A module that cannot be imported is no error but lost.
pub fn restore(
    isolate: &mut Isolate,
    context: &Context<'_>,
    state: Payload,
) -> Result<Vec<Lost>, CheckpointError> {
    let _inside = context.tokio.enter();
    bring(isolate, &state.modules);
    turn(isolate, context, None);
    if context.control.is_stopped() {
        return Err(CheckpointError::Failed("the run was stopped".to_owned()));
    }
    // They are known already, and are not the next run's news.
    isolate.loader.new_roots();
    checkpoint::load(isolate, state)
}

/// Tells the session's registry what its scripts have imported.
pub fn note(isolate: &mut Isolate, context: &Context<'_>) {
    let roots = isolate.loader.new_roots();
    if !roots.is_empty() {
        bring(isolate, &roots);
        turn(isolate, context, Some(NOTE));
    }
}

/// `bring` of js/host.js.
fn bring(isolate: &mut Isolate, keys: &[String]) {
    let host = isolate.host.bring.clone();
    deno_core::scope!(scope, isolate.runtime);
    v8::tc_scope!(let scope, scope);
    let keys: Vec<v8::Local<v8::Value>> =
        keys.iter().filter_map(|key| Some(v8::String::new(scope, key)?.into())).collect();
    let keys = v8::Array::new_with_elements(scope, &keys).into();
    // It only fails when the run is being stopped.
    let _ = call(scope, &host, &[keys]);
}

/// Turns the event loop until nothing is pending, somebody stopped the run, or the time is over. What a module threw is
/// in the promise of its import.
fn turn(isolate: &mut Isolate, context: &Context<'_>, limit: Option<Duration>) {
    let runtime = &mut isolate.runtime;
    let control = context.control;
    context.tokio.block_on(async {
        let idle = std::future::poll_fn(|task| {
            if control.is_stopped() {
                return std::task::Poll::Ready(Ok(()));
            }
            runtime.poll_event_loop(task, PollEventLoopOptions::default())
        });
        let over = async {
            match limit {
                Some(limit) => tokio::time::sleep(limit).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            () = control.stopped.notified() => {}
            () = over => {}
            _ = idle => {}
        }
    });
}
