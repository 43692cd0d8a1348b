//! The ops of `child_process` and `Deno.Command`: one call to the server each. The rest of both APIs is js/child.

use super::ask::{Refused, ask, ask_now, unexpected};
use deno_core::{JsBuffer, OpState, ToJsBuffer, op2};
use mcp_v8_sandbox::host_call::child::{ChildAnswer, ChildCall, ChildExit, ChildHandle};
use mcp_v8_sandbox::{HostAnswer, HostCall};
use serde::Serialize;
use std::cell::RefCell;
use std::rc::Rc;

/// An answer for js/child: some of these, or none.
#[derive(Default, Serialize)]
pub struct Reply {
    handle: Option<ChildHandle>,
    bytes: Option<ToJsBuffer>,
    output: Option<ToJsBuffer>,
    error: Option<ToJsBuffer>,
    exit: Option<ChildExit>,
}

/// Asks and gives a promise of the answer.
#[op2]
#[serde]
pub async fn op_mcp_child(
    state: Rc<RefCell<OpState>>,
    #[serde] call: ChildCall,
    #[buffer] bytes: Option<JsBuffer>,
) -> Result<Reply, Refused> {
    reply(ask(&state, with(call, bytes)).await?)
}

/// Asks and waits.
#[op2]
#[serde]
pub fn op_mcp_child_sync(
    state: &mut OpState,
    #[serde] call: ChildCall,
    #[buffer] bytes: Option<JsBuffer>,
) -> Result<Reply, Refused> {
    reply(ask_now(state, with(call, bytes))?)
}

/// The call with the bytes that came beside it: as an array of numbers they would be slow.
fn with(call: ChildCall, beside: Option<JsBuffer>) -> HostCall {
    let bytes = beside.map(|bytes| bytes.to_vec()).unwrap_or_default();
    HostCall::Child(match call {
        ChildCall::Run { start, most, .. } => ChildCall::Run { start, input: bytes, most },
        ChildCall::Write { child, .. } => ChildCall::Write { child, bytes },
        other => other,
    })
}

fn reply(answer: HostAnswer) -> Result<Reply, Refused> {
    let HostAnswer::Child(answer) = answer else { return Err(unexpected()) };
    let none = Reply::default();
    Ok(match answer {
        ChildAnswer::Done => none,
        ChildAnswer::Started(handle) => Reply { handle: Some(handle), ..none },
        ChildAnswer::Bytes(bytes) => Reply { bytes: Some(bytes.into()), ..none },
        ChildAnswer::Exit(exit) => Reply { exit: Some(exit), ..none },
        ChildAnswer::Ended { output, error, exit } => Reply {
            output: Some(output.into()),
            error: Some(error.into()),
            exit: Some(exit),
            ..none
        },
    })
}
