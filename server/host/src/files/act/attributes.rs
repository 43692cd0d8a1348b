//! Facts of a file: reading them, and changing mode, times and size. Not its content.

use super::handle::truncate as set_size;
use super::open::regular;
use crate::files::errno::Errno;
use crate::files::fault::{Fault, Op};
use crate::files::itself::{again, itself};
use crate::files::listing::file_stat;
use crate::files::place::{Found, Node};
use crate::files::plan::Plan;
use crate::files::run::State;
use mcp_v8_policy::{FileFlag, FileOperation};
use mcp_v8_sandbox::host_call::file::FileAnswer;
use rustix::fs::{
    Access, AtFlags, CWD, FileType, Mode, OFlags, Timespec, Timestamps, accessat, chmodat,
    utimensat,
};
use std::fs::File;

/// `stat`, `lstat`.
pub fn stat(state: &State, path: &str, follow: bool) -> Result<Plan, Fault> {
    let (op, operation) = match follow {
        true => (Op::on("stat", path), FileOperation::Stat),
        false => (Op::on("lstat", path), FileOperation::Lstat),
    };
    let place = state.roots.place(path, follow, &op)?;
    let request = place.request(operation, path);
    let found = place.found;
    Ok(Plan::new(op.clone(), request, move |_| {
        Ok(FileAnswer::Stat(file_stat(&there(found, &op)?.stat)))
    }))
}

/// `access`: read, write, execute.
pub fn access(state: &State, path: &str, wanted: [bool; 3]) -> Result<Plan, Fault> {
    let op = Op::on("access", path);
    let place = state.roots.place(path, true, &op)?;
    if wanted[1] {
        place.writable(&op)?;
    }
    let kinds = [Access::READ_OK, Access::WRITE_OK, Access::EXEC_OK];
    let access = kinds.into_iter().zip(wanted).filter_map(|(kind, wanted)| wanted.then_some(kind));
    let access = access.fold(Access::EXISTS, |all, kind| all | kind);
    let request = place.request(FileOperation::Exists, path);
    let found = place.found;
    Ok(Plan::new(op.clone(), request, move |_| {
        let node = there(found, &op)?;
        itself(&node.fd)
            .and_then(|path| accessat(CWD, path, access, AtFlags::empty()))
            .map_err(|errno| op.fault(errno))?;
        Ok(FileAnswer::Done)
    }))
}

/// `utimes`, `lutimes`.
pub fn times(
    state: &State,
    path: &str,
    accessed_ms: i64,
    modified_ms: i64,
    follow: bool,
) -> Result<Plan, Fault> {
    let op = Op::on(if follow { "utime" } else { "lutime" }, path);
    let place = state.roots.place(path, follow, &op)?;
    place.writable(&op)?;
    let time = |ms: i64| Timespec {
        tv_sec: ms.div_euclid(1000),
        tv_nsec: ms.rem_euclid(1000) * 1_000_000,
    };
    let times = Timestamps { last_access: time(accessed_ms), last_modification: time(modified_ms) };
    let request = place.request(FileOperation::Utimes, path);
    let found = place.found;
    Ok(Plan::new(op.clone(), request, move |_| {
        let node = there(found, &op)?;
        itself(&node.fd)
            .and_then(|path| utimensat(CWD, path, &times, AtFlags::empty()))
            .map_err(|errno| op.fault(errno))?;
        Ok(FileAnswer::Done)
    }))
}

/// `chmod`.
pub fn mode(state: &State, path: &str, mode: u32) -> Result<Plan, Fault> {
    let op = Op::on("chmod", path);
    let place = state.roots.place(path, true, &op)?;
    place.writable(&op)?;
    if mode & !0o777 != 0 {
        let why = "only the permission bits 0o777 can be set, not setuid, setgid or sticky";
        return Err(op.denied(Errno::PERM, why));
    }
    let request = place.request(FileOperation::Chmod, path);
    let found = place.found;
    Ok(Plan::new(op.clone(), request, move |_| {
        let node = there(found, &op)?;
        if node.kind() != FileType::Directory {
            regular(&node, &op)?;
        }
        itself(&node.fd)
            .and_then(|path| chmodat(CWD, path, Mode::from_raw_mode(mode), AtFlags::empty()))
            .map_err(|errno| op.fault(errno))?;
        Ok(FileAnswer::Done)
    }))
}

/// `truncate`.
pub fn truncate(state: &State, path: &str, size: u64) -> Result<Plan, Fault> {
    let op = Op::on("truncate", path);
    let place = state.roots.place(path, true, &op)?;
    place.writable(&op)?;
    let mut request = place.request(FileOperation::Truncate, path);
    request.flags = vec![FileFlag::Write];
    let found = place.found;
    Ok(Plan::new(op.clone(), request, move |state| {
        let node = there(found, &op)?;
        regular(&node, &op)?;
        let file = again(&node.fd, OFlags::WRONLY).map_err(|errno| op.fault(errno))?;
        set_size(state, &File::from(file), size, &op)
    }))
}

/// What must be there.
pub fn there(found: Found, op: &Op) -> Result<Node, Fault> {
    match found {
        Found::Node(node) => Ok(node),
        Found::Missing(..) => Err(op.fault(Errno::NOENT)),
        Found::Failed(errno) => Err(op.unresolved(errno)),
    }
}
