//! One call as the policy sees it, and what is done once it is allowed. Not the operations themselves: each has its
//! module in `act`.

use super::act::{attributes, copy, directory, handle, link, open, remove, rename, whole};
use super::fault::{Fault, Op};
use super::run::State;
use mcp_v8_policy::{Allowed, FilesystemRequest};
use mcp_v8_sandbox::host_call::file::{FileAnswer, FileCall};
use std::sync::Arc;

/// What is done, on what was looked up before the decision.
pub type Act =
    Box<dyn FnOnce(&State, Allowed<FilesystemRequest>) -> Result<FileAnswer, Fault> + Send>;

pub struct Plan {
    pub op: Op,
    pub request: FilesystemRequest,
    pub act: Act,
}

pub enum Step {
    /// The policy decides.
    Judge(Box<Plan>),
    /// On a handle: decided when it was opened.
    Done(FileAnswer),
}

impl Plan {
    pub fn new(
        op: Op,
        request: FilesystemRequest,
        act: impl FnOnce(&State) -> Result<FileAnswer, Fault> + Send + 'static,
    ) -> Self {
        // The request was made from what `act` holds; that it is allowed is all that is left to know.
        Self { op, request, act: Box::new(move |state, _: Allowed<FilesystemRequest>| act(state)) }
    }
}

/// Looks, without an effect; calls on handles are done.
pub fn step(state: &State, call: &Arc<FileCall>) -> Result<Step, Fault> {
    let plan = match &**call {
        FileCall::Read { path, offset, length } => whole::read(state, path, *offset, *length),
        FileCall::Write { path, flags, mode, .. } => {
            whole::write(state, path, *flags, *mode, call.clone())
        }
        FileCall::Open { path, flags, mode } => open::handle(state, path, *flags, *mode),
        FileCall::Stat { path, follow } => attributes::stat(state, path, *follow),
        FileCall::Access { path, read, write, execute } => {
            attributes::access(state, path, [*read, *write, *execute])
        }
        FileCall::SetTimes { path, accessed_ms, modified_ms, follow } => {
            attributes::times(state, path, *accessed_ms, *modified_ms, *follow)
        }
        FileCall::ChangeMode { path, mode } => attributes::mode(state, path, *mode),
        FileCall::Truncate { path, size } => attributes::truncate(state, path, *size),
        FileCall::ReadDir { path } => directory::read(state, path),
        FileCall::MakeDir { path, recursive: true, mode } => {
            directory::make_all(state, path, *mode)
        }
        FileCall::MakeDir { path, recursive: false, mode } => directory::make(state, path, *mode),
        FileCall::MakeTempDir { prefix } => directory::make_temporary(state, prefix),
        FileCall::Remove { path, what, force } => remove::remove(state, path, *what, *force),
        FileCall::Rename { path, destination } => rename::rename(state, path, destination),
        FileCall::Copy { path, destination, exclusive } => {
            copy::copy(state, path, destination, *exclusive)
        }
        FileCall::RealPath { path } => link::real_path(state, path),
        FileCall::ReadLink { path } => link::read(state, path),
        FileCall::Symlink { target, path } => link::make(state, target, path),
        FileCall::ReadAt { .. }
        | FileCall::WriteAt { .. }
        | FileCall::StatHandle { .. }
        | FileCall::TruncateHandle { .. }
        | FileCall::SyncHandle { .. }
        | FileCall::Close { .. }
        | FileCall::ReadDirNext { .. } => return handle::perform(state, call).map(Step::Done),
    };
    plan.map(|plan| Step::Judge(Box::new(plan)))
}
