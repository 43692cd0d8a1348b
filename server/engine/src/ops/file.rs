//! The ops of `fs`: one call to the server each. Paths, flags and the rest of the API are js/fs.

use super::ask::{Refused, ask, ask_now, unexpected};
use deno_core::{JsBuffer, OpState, ToJsBuffer, op2};
use mcp_v8_sandbox::host_call::file::{DirEntry, FileAnswer, FileCall, FileHandle, FileStat};
use mcp_v8_sandbox::{HostAnswer, HostCall};
use serde::Serialize;
use std::cell::RefCell;
use std::rc::Rc;

/// An answer for js/fs: one of these, or none.
#[derive(Default, Serialize)]
pub struct Reply {
    bytes: Option<ToJsBuffer>,
    count: Option<u64>,
    handle: Option<FileHandle>,
    stat: Option<FileStat>,
    entries: Option<Vec<DirEntry>>,
    /// With `entries`: the handle for the next page.
    more: Option<FileHandle>,
    path: Option<String>,
}

/// Asks and gives a promise of the answer.
#[op2]
#[serde]
pub async fn op_mcp_file(
    state: Rc<RefCell<OpState>>,
    #[serde] call: FileCall,
    #[buffer] bytes: Option<JsBuffer>,
) -> Result<Reply, Refused> {
    reply(ask(&state, with(call, bytes)).await?)
}

/// Asks and waits.
#[op2]
#[serde]
pub fn op_mcp_file_sync(
    state: &mut OpState,
    #[serde] call: FileCall,
    #[buffer] bytes: Option<JsBuffer>,
) -> Result<Reply, Refused> {
    reply(ask_now(state, with(call, bytes))?)
}

/// The call with the bytes that came beside it: as an array of numbers they would be slow.
fn with(call: FileCall, beside: Option<JsBuffer>) -> HostCall {
    let bytes = beside.map(|bytes| bytes.to_vec()).unwrap_or_default();
    HostCall::File(match call {
        FileCall::Write { path, flags, mode, .. } => FileCall::Write { path, bytes, flags, mode },
        FileCall::WriteAt { handle, offset, .. } => FileCall::WriteAt { handle, offset, bytes },
        other => other,
    })
}

fn reply(answer: HostAnswer) -> Result<Reply, Refused> {
    let HostAnswer::File(answer) = answer else { return Err(unexpected()) };
    let none = Reply::default();
    Ok(match answer {
        FileAnswer::Done => none,
        FileAnswer::Bytes(bytes) => Reply { bytes: Some(bytes.into()), ..none },
        FileAnswer::Count(count) => Reply { count: Some(count), ..none },
        FileAnswer::Handle(handle) => Reply { handle: Some(handle), ..none },
        FileAnswer::Stat(stat) => Reply { stat: Some(stat), ..none },
        FileAnswer::Entries { entries, more } => Reply { entries: Some(entries), more, ..none },
        FileAnswer::Path(path) => Reply { path: Some(path), ..none },
    })
}
