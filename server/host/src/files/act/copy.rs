//! Copying a file within a root. Not across: that is reading and writing, and both are judged.

use super::attributes::there;
use super::open::{look, regular};
use super::rename::across;
use super::whole::size;
use crate::files::fault::{Fault, Op};
use crate::files::itself::again;
use crate::files::plan::Plan;
use crate::files::run::State;
use mcp_v8_policy::FileOperation;
use mcp_v8_sandbox::host_call::file::{FileAnswer, OpenFlags};
use rustix::fs::OFlags;
use std::fs::File;
use std::io::{Read, Write};

/// Copied between two looks at whether the run is over.
const PIECE: u64 = 1 << 20;

/// `copyFile`.
pub fn copy(state: &State, path: &str, destination: &str, exclusive: bool) -> Result<Plan, Fault> {
    let op = Op::onto("copyfile", path, destination);
    let from = state.roots.place(path, true, &op)?;
    let flags = OpenFlags { exclusive, truncate: !exclusive, ..OpenFlags::WRITE };
    #[allow(clippy::unnecessary_cast)] // Its type differs between systems.
    let mode = match &from.found {
        crate::files::place::Found::Node(node) => Some(node.stat.st_mode as u32),
        _ => None,
    };
    let (opening, to) = look(state, destination, flags, mode, &op)?;
    if from.root.real != to.root.path {
        return Err(across(&op));
    }
    let mut request = from.request(FileOperation::CopyFile, path);
    request.flags = to.flags;
    request.destination = Some(destination.to_owned());
    request.real_destination = Some(to.real_path);
    let found = from.found;
    Ok(Plan::new(op.clone(), request, move |state| {
        let node = there(found, &op)?;
        regular(&node, &op)?;
        if opening.is(&node) {
            // As in libuv: a file is its own copy. Opening would empty it.
            return Ok(FileAnswer::Done);
        }
        let source = again(&node.fd, OFlags::RDONLY).map_err(|errno| op.fault(errno))?;
        let source = File::from(source);
        let length = size(&source, &op)?;
        state.budget.size(length, &op)?;
        state.budget.write(length, &op)?;
        let mut target = opening.open(state, &op)?;
        // What is added meanwhile was not counted.
        let mut source = source.take(length);
        while std::io::copy(&mut (&mut source).take(PIECE), &mut target)
            .map_err(|error| op.io(&error))?
            > 0
        {
            state.going_on().map_err(|errno| op.fault(errno))?;
        }
        target.flush().map_err(|error| op.io(&error))?;
        Ok(FileAnswer::Done)
    }))
}
