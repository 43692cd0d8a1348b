//! One run in an isolate: prepare, declare, evaluate, settle, leave.

mod modules;

use crate::checkpoint::Payload;
use crate::control::{Control, processor_time};
use crate::error::{self, Texts};
use crate::isolate::Isolate;
use crate::ops::artifact::Room;
use crate::ops::settle::Settled;
use crate::output::Output;
use crate::prepare::{Binding, Kind, Piece, Prepared, prepare};
use crate::worker::unrestored;
use deno_core::error::CoreErrorKind;
use deno_core::{JsRuntime, PollEventLoopOptions, v8};
use mcp_v8_sandbox::wire::FromWorker;
use mcp_v8_sandbox::{
    Job, Outcome, Report, ScriptError, ScriptErrorKind, StopReason, Usage, Value,
};
use std::task::Poll;

/// What a run needs beside its isolate.
pub struct Context<'a> {
    pub tokio: &'a tokio::runtime::Runtime,
    pub control: &'a Control,
    pub output: &'a Output,
}

/// Carries out a job and says how it ended. The isolate may be unusable afterwards: see
/// [`Outcome::leaves_isolate_sound`].
///
/// `later`: a state that names modules, which are imported before anything else.
pub fn run(
    isolate: &mut Isolate,
    context: &Context<'_>,
    job: &Job,
    later: Option<Payload>,
) -> Report {
    let started = processor_time();
    context.output.begin(job.limits.output_bytes);
    let handle = isolate.runtime.v8_isolate().thread_safe_handle();
    context.control.begin(handle, job.limits.cpu);
    let (lost, ended) =
        match later.map(|state| modules::restore(isolate, context, state)).transpose() {
            Ok(lost) => (lost.unwrap_or_default(), attempt(isolate, context, job)),
            Err(error) => {
                let stopped = context.control.end();
                let report = unrestored(&error.to_string());
                let outcome = stopped.map_or(report.outcome.clone(), Outcome::Stopped);
                return Report { outcome, ..report };
            }
        };
    let outcome = match (context.control.end(), ended) {
        (Some(reason), _) => Outcome::Stopped(reason),
        (None, Ok(value)) => bounded(value, job.limits.result_bytes),
        (None, Err(error)) => Outcome::Threw(error),
    };
    let sound = outcome.leaves_isolate_sound() && isolate.quiet;
    let cpu = processor_time().saturating_sub(started);
    Report {
        outcome,
        usage: Usage {
            cpu_us: u64::try_from(cpu.as_micros()).unwrap_or(u64::MAX),
            heap_bytes: isolate.heap_used(),
        },
        lost,
        sound,
    }
}

fn attempt(isolate: &mut Isolate, context: &Context<'_>, job: &Job) -> Result<Value, ScriptError> {
    let prepared = prepare(&job.source, &job.name)?;
    if let Some(error) = prepared.using.clone().filter(|_| isolate.runtime.is_creator()) {
        return Err(error);
    }
    context.output.send(&FromWorker::Parsed);
    {
        let state = isolate.runtime.op_state();
        let mut state = state.borrow_mut();
        state.borrow_mut::<Settled>().0 = None;
        state.put(Room::new(&job.limits));
        state.borrow_mut::<Texts>().add(&job.name, &job.source);
    }
    if let Some(map) = &prepared.source_map {
        isolate.loader.add_map(&job.name, map.clone());
    }
    let _inside = context.tokio.enter();
    let looped = evaluate(isolate, &job.name, &prepared).and_then(|()| drive(isolate, context));
    let settled = isolate.runtime.op_state().borrow_mut().borrow_mut::<Settled>().0.take();
    // A stopped isolate is not used again.
    if !context.control.is_stopped() {
        isolate.leave(context.tokio, &constants(&prepared.bindings));
        if job.state.is_some() {
            modules::note(isolate, context);
        }
    }
    match (looped, settled) {
        (_, Some(Err(error))) | (Err(error), _) => Err(error),
        (Ok(()), Some(Ok(value))) => Ok(value),
        (Ok(()), None) => Err(never_settles()),
    }
}

/// Runs the scripts and hands the value to `settle`.
fn evaluate(isolate: &mut Isolate, name: &str, prepared: &Prepared) -> Result<(), ScriptError> {
    let runtime = &mut isolate.runtime;
    let host = &isolate.host;
    deno_core::scope!(scope, runtime);
    let main = guard(scope, Failure::Syntax, |scope| compile(scope, name, &prepared.main))?;
    let functions = prepared.functions.as_ref();
    let functions = functions
        .map(|piece| guard(scope, Failure::Syntax, |scope| compile(scope, name, piece)))
        .transpose()?;
    let fresh = names(scope, &prepared.bindings, |kind| kind != Kind::Var);
    let kept = names(scope, &prepared.bindings, |kind| kind == Kind::Var);
    guard(scope, Failure::Syntax, |scope| call(scope, &host.declare, &[fresh, kept]))?;
    if let Some(functions) = functions {
        guard(scope, Failure::Thrown(&host.threw), |scope| functions.run(scope))?;
    }
    let value = guard(scope, Failure::Thrown(&host.threw), |scope| main.run(scope))?;
    guard(scope, Failure::Thrown(&host.threw), |scope| call(scope, &host.settle, &[value]))?;
    Ok(())
}

/// What an exception in a step means.
enum Failure<'a> {
    /// The text is at fault: nothing of it ran.
    Syntax,
    /// The script threw; `threw` of js/host.js knows how a value that is no Error looks.
    Thrown(&'a v8::Global<v8::Function>),
}

/// Does a step of JavaScript and turns its exception into an error. A termination gives an empty one: the reason to
/// stop takes its place.
fn guard<'s, 'i, T>(
    scope: &mut v8::PinScope<'s, 'i>,
    failure: Failure<'_>,
    step: impl FnOnce(&mut v8::PinScope<'s, 'i>) -> Option<T>,
) -> Result<T, ScriptError> {
    v8::tc_scope!(let scope, scope);
    if let Some(done) = step(scope) {
        return Ok(done);
    }
    let thrown = scope.exception().filter(|_| !scope.has_terminated());
    scope.reset();
    let Some(thrown) = thrown else { return Err(stopped()) };
    match failure {
        Failure::Syntax => {
            let error = error::from_exception(scope, thrown, None);
            Err(ScriptError { kind: ScriptErrorKind::Syntax, ..error })
        }
        Failure::Thrown(threw) => {
            let _ = call(scope, threw, &[thrown]);
            let state = JsRuntime::op_state_from(scope);
            let settled = state.borrow_mut().borrow_mut::<Settled>().0.take();
            Err(settled.and_then(Result::err).unwrap_or_else(stopped))
        }
    }
}

fn call<'s, 'i>(
    scope: &mut v8::PinScope<'s, 'i>,
    function: &v8::Global<v8::Function>,
    arguments: &[v8::Local<'s, v8::Value>],
) -> Option<v8::Local<'s, v8::Value>> {
    let function = v8::Local::new(scope, function);
    let undefined = v8::undefined(scope).into();
    function.call(scope, undefined, arguments)
}

fn compile<'s, 'i>(
    scope: &mut v8::PinScope<'s, 'i>,
    name: &str,
    piece: &Piece,
) -> Option<v8::Local<'s, v8::Script>> {
    let resource = v8::String::new(scope, name)?.into();
    let origin = v8::ScriptOrigin::new(
        scope,
        resource,
        0,
        -piece.prefix,
        false,
        0,
        None,
        false,
        false,
        false,
        None,
    );
    let code = v8::String::new(scope, &piece.code)?;
    v8::Script::compile(scope, code, Some(&origin))
}

/// An array of the names of these kinds.
fn names<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    bindings: &[Binding],
    wanted: impl Fn(Kind) -> bool,
) -> v8::Local<'s, v8::Value> {
    let chosen = bindings.iter().filter(|binding| wanted(binding.kind));
    let texts: Vec<v8::Local<v8::Value>> =
        chosen.filter_map(|binding| Some(v8::String::new(scope, &binding.name)?.into())).collect();
    v8::Array::new_with_elements(scope, &texts).into()
}

/// Drives the event loop until nothing is pending, the script threw, or somebody stopped the run.
fn drive(isolate: &mut Isolate, context: &Context<'_>) -> Result<(), ScriptError> {
    let runtime = &mut isolate.runtime;
    let state = runtime.op_state();
    let looped = context.tokio.block_on(async {
        let idle = std::future::poll_fn(|task| {
            if context.control.is_stopped() {
                return Poll::Ready(Ok(()));
            }
            let polled = runtime.poll_event_loop(task, PollEventLoopOptions::default());
            let threw = matches!(state.borrow().borrow::<Settled>().0, Some(Err(_)));
            if threw { Poll::Ready(Ok(())) } else { polled }
        });
        tokio::select! {
            biased;
            () = context.control.stopped.notified() => Ok(()),
            looped = idle => looped,
        }
    });
    let isolate: &v8::Isolate = isolate.runtime.v8_isolate();
    looped.map_err(|problem| match problem.into_kind() {
        CoreErrorKind::Js(error) => error::from_js_error(isolate, &error, ScriptErrorKind::Thrown),
        other => ScriptError { message: other.to_string(), ..stopped() },
    })
}

fn constants(bindings: &[Binding]) -> Vec<&str> {
    let constant = bindings.iter().filter(|binding| binding.kind == Kind::Const);
    constant.map(|binding| binding.name.as_str()).collect()
}

/// Stands for a run that was stopped; the reason takes its place.
fn stopped() -> ScriptError {
    ScriptError {
        kind: ScriptErrorKind::Thrown,
        message: "stopped".into(),
        stack: String::new(),
        line: None,
        column: None,
        source_line: None,
    }
}

fn never_settles() -> ScriptError {
    ScriptError {
        kind: ScriptErrorKind::NeverSettles,
        message: "the script waits for a promise that nothing can settle any more: no timer or call is pending".into(),
        ..stopped()
    }
}

fn bounded(value: Value, limit_bytes: u64) -> Outcome {
    let size = match &value {
        Value::Undefined => 0,
        Value::Json(text) | Value::Text(text) => text.len() as u64,
    };
    if size > limit_bytes {
        Outcome::Stopped(StopReason::Result { limit_bytes })
    } else {
        Outcome::Completed(value)
    }
}
