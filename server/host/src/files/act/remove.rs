//! Removing one name. Not what is beneath it: that is `tree`.

use super::tree;
use crate::files::errno::Errno;
use crate::files::fault::{Fault, Op};
use crate::files::place::Slot;
use crate::files::plan::Plan;
use crate::files::run::State;
use mcp_v8_policy::FileOperation;
use mcp_v8_sandbox::host_call::file::{FileAnswer, Remove};
use rustix::fs::{AtFlags, FileType, unlinkat};

/// `unlink`, `rmdir`, `rm`.
pub fn remove(state: &State, path: &str, what: Remove, force: bool) -> Result<Plan, Fault> {
    let op = Op::on(
        match what {
            Remove::File => "unlink",
            Remove::EmptyDir => "rmdir",
            Remove::Tree => "rm",
        },
        path,
    );
    let place = state.roots.slot(path, &op)?;
    place.writable(&op)?;
    let holds_root = state.roots.holds_root(&place.real);
    let mut request = place.request(FileOperation::Rm, path);
    request.recursive = Some(what == Remove::Tree);
    let found = place.found;
    Ok(Plan::new(op.clone(), request, move |state| {
        if holds_root {
            return Err(op.fault(Errno::BUSY).because("it is a root, or holds one"));
        }
        match found.and_then(|slot| unlink(state, &slot, what)) {
            Ok(()) => Ok(FileAnswer::Done),
            Err(Errno::NOENT) if force => Ok(FileAnswer::Done),
            Err(errno) => Err(op.unresolved(errno)),
        }
    }))
}

fn unlink(state: &State, slot: &Slot, what: Remove) -> Result<(), Errno> {
    let node = slot.still()?;
    match (what, node.kind()) {
        (Remove::File, FileType::Directory) => Err(Errno::ISDIR),
        (Remove::EmptyDir, _) => unlinkat(&slot.parent, &slot.name, AtFlags::REMOVEDIR),
        (Remove::Tree, FileType::Directory) => {
            tree::remove(state, &slot.parent, &slot.name, node.identity())
        }
        _ => unlinkat(&slot.parent, &slot.name, AtFlags::empty()),
    }
}
