//! Symbolic links: reading and making them; and the real path. There are no hard links for scripts.

use super::attributes::there;
use crate::files::errno::Errno;
use crate::files::fault::{Fault, Op};
use crate::files::place::join;
use crate::files::plan::Plan;
use crate::files::run::State;
use mcp_v8_policy::FileOperation;
use mcp_v8_sandbox::host_call::file::{FileAnswer, PATH_BYTES_MAX};
use rustix::fs::{FileType, readlinkat, symlinkat};
use std::path::{Component, Path};

/// `realpath`.
pub fn real_path(state: &State, path: &str) -> Result<Plan, Fault> {
    let op = Op::on("realpath", path);
    let place = state.roots.place(path, true, &op)?;
    let request = place.request(FileOperation::Realpath, path);
    let (real, found) = (place.real, place.found);
    Ok(Plan::new(op.clone(), request, move |_| {
        there(found, &op)?;
        Ok(FileAnswer::Path(real))
    }))
}

/// `readlink`.
pub fn read(state: &State, path: &str) -> Result<Plan, Fault> {
    let op = Op::on("readlink", path);
    let place = state.roots.place(path, false, &op)?;
    let request = place.request(FileOperation::Readlink, path);
    let found = place.found;
    Ok(Plan::new(op.clone(), request, move |_| {
        let node = there(found, &op)?;
        if node.kind() != FileType::Symlink {
            return Err(op.fault(Errno::INVAL));
        }
        let target = readlinkat(&node.fd, "", Vec::new()).map_err(|errno| op.fault(errno))?;
        let target = target.into_string().map_err(|_| op.fault(Errno::ILSEQ))?;
        Ok(FileAnswer::Path(target))
    }))
}

/// `symlink`.
pub fn make(state: &State, target: &str, path: &str) -> Result<Plan, Fault> {
    let op = Op::onto("symlink", target, path);
    if target.is_empty() || target.contains('\0') || target.len() >= PATH_BYTES_MAX {
        return Err(op.fault(Errno::INVAL));
    }
    let place = state.roots.slot(path, &op)?;
    place.writable(&op)?;
    let Some(lead) = leads(Path::new(&place.real), Path::new(target), &place.root.real) else {
        let why = "the target must be relative, lead beneath the root, and have `..` only at its beginning";
        return Err(op.denied(Errno::ACCESS, why));
    };
    let mut request = place.request(FileOperation::Symlink, path);
    request.destination = Some(target.to_owned());
    request.real_destination = Some(lead);
    let (target, found) = (target.to_owned(), place.found);
    Ok(Plan::new(op.clone(), request, move |state| {
        let slot = found.map_err(|errno| op.unresolved(errno))?;
        state.budget.entry(&op)?;
        symlinkat(&target, &slot.parent, &slot.name).map_err(|errno| op.fault(errno))?;
        Ok(FileAnswer::Done)
    }))
}

/// Where a link at `real` to `target` leads, if that is beneath `root`. After a name `..` could go up from wherever a
/// link leads, so it is for the beginning, where the way up is that of the real path.
fn leads(real: &Path, target: &Path, root: &str) -> Option<String> {
    let mut at = real.parent()?.to_str()?.to_owned();
    let mut named = false;
    for component in target.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if !named => at = Path::new(&at).parent()?.to_str()?.to_owned(),
            Component::Normal(name) => {
                named = true;
                at = join(&at, name);
            }
            _ => return None,
        }
        if !Path::new(&at).starts_with(root) {
            return None;
        }
    }
    Some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_leads_beneath_the_root_or_nowhere() {
        let lead = |target: &str| leads(Path::new("/r/a/b/link"), Path::new(target), "/r");
        assert_eq!(lead("x/y").as_deref(), Some("/r/a/b/x/y"));
        assert_eq!(lead("../../x").as_deref(), Some("/r/x"));
        assert_eq!(lead("../..").as_deref(), Some("/r"));
        assert_eq!(lead("./.").as_deref(), Some("/r/a/b"));
        for out in ["../../..", "../../../r/x", "/r/x", "x/../y", "../x/../../../etc"] {
            assert_eq!(lead(out), None, "{out}");
        }
        assert_eq!(leads(Path::new("/r/link"), Path::new("../rr/x"), "/r"), None);
    }
}
