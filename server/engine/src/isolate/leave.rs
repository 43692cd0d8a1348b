//! The end of a run in its isolate: what it left queued is cancelled, so that the next run starts from values and not
//! from work under way. Not how the run ended (docs/decisions/0008-a-run-leaves-no-work.md).

use super::Isolate;
use deno_core::{PollEventLoopOptions, v8};
use std::future::poll_fn;
use std::time::Duration;

/// Work in Rust or in V8's threads is not cancelled but given this long to end, unheard.
const GRACE: Duration = Duration::from_millis(50);

impl Isolate {
    /// Cancels what the run left queued: microtasks, timers, rejections, calls under way. Nothing of the script is carried
    /// out for it. `constants`: names that are read-only from here on. Must be called inside a tokio context.
    pub fn leave(&mut self, tokio: &tokio::runtime::Runtime, constants: &[&str]) {
        self.drop_microtasks();
        self.quiet = self.tidy(constants);
        if !self.quiet {
            self.wait_unheard(tokio);
            self.quiet = self.tidy(&[]);
        }
    }

    /// V8 empties the queue when it is terminated in it. Functions of its own ahead of the first JavaScript function are
    /// carried out: they cannot print, and what they reject is dropped by `tidy`.
    fn drop_microtasks(&mut self) {
        let runtime = &mut self.runtime;
        deno_core::scope!(scope, runtime);
        v8::tc_scope!(let scope, scope);
        scope.terminate_execution();
        scope.perform_microtask_checkpoint();
        scope.cancel_terminate_execution();
        scope.reset();
    }

    /// `leave` of js/host.js: true when nothing is pending.
    fn tidy(&mut self, constants: &[&str]) -> bool {
        let runtime = &mut self.runtime;
        deno_core::scope!(scope, runtime);
        v8::tc_scope!(let scope, scope);
        let names: Vec<v8::Local<v8::Value>> = constants
            .iter()
            .filter_map(|name| Some(v8::String::new(scope, name)?.into()))
            .collect();
        let names = v8::Array::new_with_elements(scope, &names).into();
        let leave = v8::Local::new(scope, &self.host.leave);
        let undefined = v8::undefined(scope).into();
        // The host's own function on the host's own intrinsics: it fails only when the run is being stopped.
        let answer = leave.call(scope, undefined, &[names]);
        answer.is_some_and(|answer| answer.is_true())
    }

    /// Lets calls under way end. What the script wanted to do then is queued where nobody carries it out.
    fn wait_unheard(&mut self, tokio: &tokio::runtime::Runtime) {
        let unheard =
            v8::MicrotaskQueue::new(self.runtime.v8_isolate(), v8::MicrotasksPolicy::Explicit);
        let usual = self.exchange_queue(&unheard);
        let runtime = &mut self.runtime;
        let idle = poll_fn(|task| runtime.poll_event_loop(task, PollEventLoopOptions::default()));
        // An error could only be of the run that is over; work that goes on is seen by `tidy`.
        let _ = tokio.block_on(async { tokio::time::timeout(GRACE, idle).await });
        // SAFETY: the isolate's own queue, which lives as long as the isolate.
        self.exchange_queue(unsafe { &*usual });
    }

    /// Makes the context queue its microtasks in `queue`. Returns where it did before.
    fn exchange_queue(&mut self, queue: &v8::MicrotaskQueue) -> *const v8::MicrotaskQueue {
        let context = self.runtime.main_context();
        // A scope without the context: V8 wants it not entered.
        v8::scope!(let scope, self.runtime.v8_isolate());
        let context = v8::Local::new(scope, context);
        let before = std::ptr::from_ref(context.get_microtask_queue());
        context.set_microtask_queue(queue);
        before
    }
}
