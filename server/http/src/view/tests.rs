//! What clients see of every way to end.

use super::*;
use mcp_v8_executions::{Status, Timestamp};
use mcp_v8_sandbox::{ExecutionId, Lost, Outcome, ScriptError, ScriptErrorKind, StopReason, Usage};
use mcp_v8_storage::Finished;
use serde_json::{Value as Json, json};

fn record(outcome: Option<Outcome>) -> Record {
    let status = outcome.as_ref().map_or(Status::Queued, Status::from);
    let end = outcome.map(|outcome| Finished {
        at: Timestamp(1_500),
        outcome,
        usage: Usage { cpu_us: 2_900, heap_bytes: 0 },
        lost: vec![Lost { name: "socket".into(), reason: "it is open".into() }],
        heap: None,
    });
    Record {
        id: ExecutionId::generate(),
        tenant: "local".into(),
        session: Some("s".parse().expect("a name")),
        status,
        submitted_at: Timestamp(0),
        started_at: end.as_ref().map(|_| Timestamp(1_000)),
        finished_at: end.as_ref().map(|end| end.at),
        end,
        output_bytes: 7,
        output_lines: 2,
        artifacts: 0,
    }
}

fn seen(outcome: Option<Outcome>) -> Json {
    serde_json::to_value(ExecutionInfo::from(&record(outcome))).expect("it serializes")
}

#[test]
fn a_queued_execution_has_no_end() {
    let view = seen(None);
    assert_eq!((&view["status"], &view["session"]), (&json!("queued"), &json!("s")));
    assert_eq!((&view["output_bytes"], &view["output_lines"]), (&json!(7), &json!(2)));
    for absent in [
        "result",
        "result_kind",
        "error",
        "lost",
        "started_at",
        "completed_at",
        "duration_ms",
        "cpu_ms",
        "output",
    ] {
        assert!(view.get(absent).is_none(), "{absent}");
    }
}

#[test]
fn an_end_says_when_how_long_and_what_was_lost() {
    let view = seen(Some(Outcome::Completed(Value::Undefined)));
    assert_eq!(view["submitted_at"], "1970-01-01T00:00:00.000Z");
    assert_eq!(
        (&view["started_at"], &view["completed_at"]),
        (&json!("1970-01-01T00:00:01.000Z"), &json!("1970-01-01T00:00:01.500Z"))
    );
    assert_eq!((&view["duration_ms"], &view["cpu_ms"]), (&json!(500), &json!(2)));
    assert_eq!(view["lost"], json!([{ "name": "socket", "reason": "it is open" }]));
}

#[test]
fn a_value_is_json_where_it_can_be_and_its_text_otherwise() {
    let value = |value| {
        let view = seen(Some(Outcome::Completed(value)));
        (view["result_kind"].clone(), view.get("result").cloned())
    };
    assert_eq!(value(Value::Undefined), (json!("undefined"), None));
    assert_eq!(value(Value::Json("null".into())), (json!("json"), Some(Json::Null)));
    assert_eq!(value(Value::Json("[1,\"a\"]".into())), (json!("json"), Some(json!([1, "a"]))));
    assert_eq!(value(Value::Text("Map(0) {}".into())), (json!("text"), Some(json!("Map(0) {}"))));
    for forged in ["", "{", "1 2", "1,\"admin\":true"] {
        assert_eq!(
            value(Value::Json(forged.into())),
            (json!("text"), Some(json!(forged))),
            "{forged:?}"
        );
    }
}

#[test]
fn json_of_a_script_keeps_its_key_order_and_its_depth() {
    let deep = format!("{}1{}", "[".repeat(1000), "]".repeat(1000));
    for text in ["{\"b\":1,\"a\":12345678901234567890123}", deep.as_str()] {
        let view = ExecutionInfo::from(&record(Some(Outcome::Completed(Value::Json(text.into())))));
        let written = serde_json::to_string(&view).expect("it serializes");
        assert!(written.contains(&format!("\"result\":{text},\"result_kind\":\"json\"")));
    }
}

#[test]
fn a_script_error_comes_with_its_place() {
    let mut error = ScriptError {
        kind: ScriptErrorKind::Thrown,
        message: "TypeError: x".into(),
        stack: "TypeError: x\n    at run.ts:2:3".into(),
        line: Some(2),
        column: Some(3),
        source_line: Some("  x()".into()),
    };
    let view = seen(Some(Outcome::Threw(error.clone())));
    let expected = json!({
        "code": "error.script", "message": "TypeError: x", "stack": "TypeError: x\n    at run.ts:2:3",
        "line": 2, "column": 3, "source_line": "  x()",
    });
    assert_eq!((&view["status"], &view["error"]), (&json!("failed"), &expected));
    error = ScriptError {
        kind: ScriptErrorKind::Syntax,
        stack: String::new(),
        line: None,
        column: None,
        source_line: None,
        ..error
    };
    let view = seen(Some(Outcome::Threw(error)));
    assert_eq!(view["error"], json!({ "code": "error.syntax", "message": "TypeError: x" }));
}

#[test]
fn every_stop_has_a_message_no_result_and_a_code_of_the_closed_list_but_for_a_cancel() {
    for (reason, status, code) in [
        (StopReason::Timeout { limit_ms: 1 }, "timed_out", "limit.timeout"),
        (StopReason::Cpu { limit_ms: 1 }, "timed_out", "limit.cpu"),
        (StopReason::Memory { limit_bytes: 1 }, "failed", "limit.memory"),
        (StopReason::Output { limit_bytes: 1 }, "failed", "limit.output"),
        (StopReason::Result { limit_bytes: 1 }, "failed", "limit.size"),
        (StopReason::Source { limit_bytes: 1 }, "failed", "limit.size"),
        (StopReason::Cancelled, "cancelled", ""),
        (StopReason::Draining, "failed", "unavailable.draining"),
        (StopReason::WorkerLost { how: "signal 11".into() }, "failed", "error.worker"),
        (StopReason::WorkerMemory { limit_bytes: 1 }, "failed", "limit.memory"),
        (StopReason::NotStored { what: "no".into() }, "failed", "error.storage"),
    ] {
        let view = seen(Some(Outcome::Stopped(reason.clone())));
        assert_eq!(view["status"], status);
        let known = view["error"].get("code").map(|code| code.as_str().expect("text"));
        assert_eq!(known, (!code.is_empty()).then_some(code));
        assert!(known.is_none_or(|code| code.parse::<mcp_v8_sandbox::Code>().is_ok()));
        assert_eq!(view["error"]["message"], reason.message());
        assert!(view.get("result").is_none() && view.get("result_kind").is_none(), "{code}");
    }
}
