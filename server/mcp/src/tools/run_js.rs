//! `run_js`: runs a program, waits a little, and answers with the end or with a handle.

use super::{Call, CallError};
use crate::arguments::{self, ArgumentError};
use crate::view::{self, ExecutionView};
use crate::{artifacts, context, reach, schema, tasks, text};
use mcp_v8_executions::{LookupError, Record, Request, Service, Target};
use mcp_v8_sandbox::{Capability, ExecutionId, Principal};
use mcp_v8_settings::Settings;
use rmcp::model::{
    CallToolResponse, CallToolResult, ProgressNotificationParam, Tool, ToolAnnotations,
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;
use std::time::Duration;
use tokio::time::{Instant, interval_at};

pub const NAME: &str = "run_js";

/// How often a client that asked for it hears of progress.
const PROGRESS_EVERY: Duration = Duration::from_secs(1);

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Arguments {
    /// JavaScript or TypeScript; top-level await is fine. The value of the last expression is the result.
    #[serde(default)]
    code: Option<String>,
    /// Path of a file on the server's machine that holds the program, instead of code.
    #[serde(default)]
    file: Option<String>,
    /// Seconds the run may take; the operator's maximum applies.
    #[serde(default)]
    #[schemars(range(min = 1))]
    execution_timeout_secs: Option<u64>,
    /// Milliseconds to wait for the end before a handle is returned; the operator's maximum applies.
    #[serde(default)]
    wait_ms: Option<u64>,
    /// V8 heap in MB; the operator's maximum applies.
    #[serde(default)]
    #[schemars(range(min = 16))]
    heap_memory_max_mb: Option<u64>,
    /// Name of the session whose variables the run uses and keeps.
    #[serde(default)]
    session: Option<String>,
    /// Id of a stored state to start from, as an earlier run returned it in heap. With session, that session goes on
    /// from there; without, the run belongs to no session.
    #[serde(default)]
    heap: Option<String>,
    /// Tags for the state after the run: names and values, to find it again.
    #[serde(default)]
    tags: Option<std::collections::BTreeMap<String, String>>,
    /// false: run in a fresh isolate, or from heap, and keep nothing.
    #[serde(default)]
    persist: Option<bool>,
}

pub fn tool(settings: &Settings, capabilities: &[Capability], heaps: bool) -> Tool {
    let files = capabilities.contains(&Capability::RunJsFile);
    let mut input = (*schema::input::<Arguments>()).clone();
    if !files {
        input.insert("required".to_owned(), json!(["code"]));
    }
    if let Some(serde_json::Value::Object(properties)) = input.get_mut("properties") {
        let stateful = settings.sessions.enabled;
        for (name, there) in [
            ("file", files),
            ("session", stateful),
            ("persist", stateful),
            ("heap", heaps),
            ("tags", heaps),
        ] {
            if !there {
                properties.remove(name);
            }
        }
    }
    // What cannot be reached cannot be destroyed.
    let annotations = ToolAnnotations::new()
        .read_only(false)
        .destructive(reach::is_destructive(capabilities))
        .idempotent(false)
        .open_world(reach::is_open_world(capabilities));
    Tool::new(NAME, text::run_js_description(settings, capabilities, heaps), input)
        .with_title("Run JavaScript or TypeScript")
        .with_raw_output_schema(schema::output::<ExecutionView>())
        .with_annotations(annotations)
}

pub async fn call(call: Call<'_>) -> Result<CallToolResponse, CallError> {
    let settings = call.service.settings();
    let given: Arguments = arguments::parse(NAME, call.arguments.clone())?;
    let as_task = tasks::are_wanted(call.context);
    let most = settings.limits.sync_wait;
    let usual = if as_task { settings.limits.task_wait } else { most };
    let wait = given.wait_ms.map_or(usual, |ms| Duration::from_millis(ms).min(most));
    let stateful = settings.sessions.enabled;
    let request = Request {
        target: target(&given, &call)?,
        heap: given.heap.as_deref().map(|text| super::heap_id(NAME, text)).transpose()?,
        tags: given.tags.unwrap_or_default(),
        source: source(given.code, given.file.is_some())?,
        file: given.file,
        heap_mb: given.heap_memory_max_mb,
        timeout: given.execution_timeout_secs.map(Duration::from_secs),
    };
    let id = call.service.submit(&call.principal, request).await?;
    tokio::select! {
        () = over(call.service, &call.principal, id, wait) => {}
        () = report_progress(&call) => {}
        () = call.context.ct.cancelled() => {
            // The client went away or changed its mind: so does the run.
            call.service.cancel(&call.principal, id).await?;
        }
    }
    let mut record = call.service.get(&call.principal, id).await?;
    if as_task && !record.status.is_final() {
        return Ok(CallToolResponse::Task(tasks::created(call.service, &record)));
    }
    if !stateful && !record.status.is_final() {
        // There is no tool to ask again with: a stateless call ends with its answer.
        record = call.service.wait(&call.principal, id, Duration::from_secs(3600)).await?;
    }
    Ok(CallToolResponse::Complete(answer(call.service, &call.principal, &record).await?))
}

/// What a call answers with an execution as it stands.
///
/// # Errors
/// [`LookupError`] when it is gone meanwhile, or storage fails.
pub async fn answer(
    service: &Service,
    principal: &Principal,
    record: &Record,
) -> Result<CallToolResult, LookupError> {
    let view = super::described(service, principal, record).await?;
    let mut answer = text::with_hint(view::answer(&view, view::failed(record.status)), &view);
    let shown = artifacts::shown(service, principal, record.id, &view.artifacts).await?;
    answer.content.extend(shown);
    Ok(answer)
}

/// The program, unless it is in a file.
fn source(code: Option<String>, file: bool) -> Result<String, CallError> {
    match (code, file) {
        (Some(code), _) => Ok(code),
        (None, true) => Ok(String::new()),
        (None, false) => Err(refused("missing field `code`")),
    }
}

async fn over(service: &Service, principal: &Principal, id: ExecutionId, wait: Duration) {
    // A storage error comes up again where the record is read.
    let _ = service.wait(principal, id, wait).await;
}

/// Tells a client that asked for progress that the run still runs. Never returns.
async fn report_progress(call: &Call<'_>) {
    let Some(token) = call.context.meta.get_progress_token() else {
        return std::future::pending().await;
    };
    let mut ticks = interval_at(Instant::now() + PROGRESS_EVERY, PROGRESS_EVERY);
    let mut seconds = 0u32;
    loop {
        ticks.tick().await;
        seconds += 1;
        let progress = ProgressNotificationParam::new(token.clone(), f64::from(seconds))
            .with_message("running");
        // A client that is gone is noticed by the cancellation.
        let _ = call.context.peer.notify_progress(progress).await;
    }
}

fn refused(problem: impl ToString) -> CallError {
    CallError::Arguments(ArgumentError::Value { tool: NAME, problem: problem.to_string() })
}

fn target(given: &Arguments, call: &Call<'_>) -> Result<Target, CallError> {
    if given.persist == Some(false) {
        return Ok(Target::Fresh);
    }
    match (&given.session, context::session_header(call.context)) {
        (Some(name), _) => Ok(Target::Session(name.parse().map_err(refused)?)),
        // The header is for servers with sessions; a stateless one has no use for it.
        (None, Some(_)) if !call.service.settings().sessions.enabled => Ok(Target::Default),
        (None, Some(name)) => Ok(Target::Session(name.map_err(refused)?)),
        (None, None) => Ok(Target::Default),
    }
}
