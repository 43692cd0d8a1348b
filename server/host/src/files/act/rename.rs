//! Renaming within a root. Not across: that is copying and removing, and both are judged.

use crate::files::errno::Errno;
use crate::files::fault::{Fault, Op};
use crate::files::plan::Plan;
use crate::files::run::State;
use mcp_v8_policy::FileOperation;
use mcp_v8_sandbox::host_call::file::FileAnswer;
use rustix::fs::renameat;

/// `rename`.
pub fn rename(state: &State, path: &str, destination: &str) -> Result<Plan, Fault> {
    let op = Op::onto("rename", path, destination);
    let from = state.roots.slot(path, &op)?;
    let to = state.roots.slot(destination, &op)?;
    from.writable(&op)?;
    to.writable(&op)?;
    if from.root.real != to.root.real {
        return Err(across(&op));
    }
    let holds_root = [&from.real, &to.real].iter().any(|real| state.roots.holds_root(real));
    let mut request = from.request(FileOperation::Rename, path);
    request.destination = Some(destination.to_owned());
    request.real_destination = Some(to.real.clone());
    let (from, to) = (from.found, to.found);
    Ok(Plan::new(op.clone(), request, move |_| {
        if holds_root {
            return Err(op.fault(Errno::BUSY).because("it is a root, or holds one"));
        }
        let both = from.and_then(|from| Ok((from, to?)));
        both.and_then(|(from, to)| {
            from.still()?;
            renameat(&from.parent, &from.name, &to.parent, &to.name)
        })
        .map_err(|errno| op.unresolved(errno))?;
        Ok(FileAnswer::Done)
    }))
}

/// A request names one root, and a policy would not know which of two it judges.
pub fn across(op: &Op) -> Fault {
    op.fault(Errno::XDEV).because("the paths are in different roots; read and write instead")
}
