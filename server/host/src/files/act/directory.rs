//! Directories: listing one, making one, making one with all above it. Not removing.

use super::attributes::there;
use crate::files::errno::Errno;
use crate::files::fault::{Fault, Op};
use crate::files::handles::Handle;
use crate::files::itself::{LOOK, again};
use crate::files::listing::Listing;
use crate::files::place::Found;
use crate::files::plan::Plan;
use crate::files::run::State;
use mcp_v8_policy::FileOperation;
use mcp_v8_sandbox::host_call::file::FileAnswer;
use rustix::fs::{Dir, FileType, Mode, OFlags, mkdirat, openat};
use std::ffi::OsString;
use std::os::fd::OwnedFd;
use std::sync::Mutex;

/// Of directories that scripts make, unless they say otherwise.
const MODE: u32 = 0o700;

/// Characters of a temporary name, as many as there are values of a byte's lower five bits.
const TEMPORARY: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// `readdir`, `opendir`.
pub fn read(state: &State, path: &str) -> Result<Plan, Fault> {
    let op = Op::on("scandir", path);
    let place = state.roots.place(path, true, &op)?;
    let mut request = place.request(FileOperation::Readdir, path);
    request.recursive = Some(false);
    let found = place.found;
    Ok(Plan::new(op.clone(), request, move |state| {
        let node = there(found, &op)?;
        if node.kind() != FileType::Directory {
            return Err(op.fault(Errno::NOTDIR));
        }
        let page = again(&node.fd, OFlags::RDONLY | OFlags::DIRECTORY).and_then(|fd| {
            let mut listing = Listing::new(Dir::new(fd)?);
            Ok((listing.page()?, listing))
        });
        let ((entries, more), listing) = page.map_err(|errno| op.fault(errno))?;
        let more = match more {
            true => Some(state.handles.add(Handle::Directory(Mutex::new(listing)), &op)?),
            false => None,
        };
        Ok(FileAnswer::Entries { entries, more })
    }))
}

/// `mkdir`.
pub fn make(state: &State, path: &str, mode: Option<u32>) -> Result<Plan, Fault> {
    let op = Op::on("mkdir", path);
    let place = state.roots.slot(path, &op)?;
    place.writable(&op)?;
    let mut request = place.request(FileOperation::Mkdir, path);
    request.recursive = Some(false);
    let found = place.found;
    Ok(Plan::new(op.clone(), request, move |state| {
        // A root is there, whatever else.
        let busy = |errno| if errno == Errno::BUSY { Errno::EXIST } else { errno };
        let slot = found.map_err(|errno| op.unresolved(busy(errno)))?;
        make_at(state, &slot.parent, &slot.name, mode, &op)?;
        Ok(FileAnswer::Done)
    }))
}

/// `mkdtemp`.
pub fn make_temporary(state: &State, prefix: &str) -> Result<Plan, Fault> {
    let op = Op::on("mkdtemp", &format!("{prefix}XXXXXX"));
    let mut random = [0; 6];
    getrandom::fill(&mut random).map_err(|_| op.fault(Errno::IO))?;
    let name = random.map(|byte| char::from(TEMPORARY[usize::from(byte & 31)]));
    let path: String = prefix.chars().chain(name).collect();
    let place = state.roots.slot(&path, &op)?;
    place.writable(&op)?;
    let request = place.request(FileOperation::Mkdtemp, &path);
    let found = place.found;
    Ok(Plan::new(op.clone(), request, move |state| {
        let slot = found.map_err(|errno| op.unresolved(errno))?;
        match make_at(state, &slot.parent, &slot.name, None, &op) {
            Err(fault) if fault.errno == Errno::EXIST => Err(fault.again()),
            made => made.map(|()| FileAnswer::Path(path)),
        }
    }))
}

/// `mkdir` with `recursive`.
pub fn make_all(state: &State, path: &str, mode: Option<u32>) -> Result<Plan, Fault> {
    let op = Op::on("mkdir", path);
    let place = state.roots.place(path, true, &op)?;
    place.writable(&op)?;
    let mut request = place.request(FileOperation::Mkdir, path);
    request.recursive = Some(true);
    let found = place.found;
    Ok(Plan::new(op.clone(), request, move |state| match found {
        Found::Failed(errno) => Err(op.unresolved(errno)),
        Found::Node(node) if node.kind() == FileType::Directory => Ok(FileAnswer::Done),
        Found::Node(_) => Err(op.fault(Errno::EXIST)),
        Found::Missing(mut parent, names) => {
            for name in names {
                match make_at(state, &parent, &name, mode, &op) {
                    Err(fault) if fault.errno != Errno::EXIST => return Err(fault),
                    // Made here or by someone else meanwhile; a link is not entered.
                    _ => {}
                }
                let flags = LOOK | OFlags::DIRECTORY | OFlags::NOFOLLOW;
                parent = openat(&parent, &name, flags, Mode::empty())
                    .map_err(|errno| op.fault(errno))?;
            }
            Ok(FileAnswer::Done)
        }
    }))
}

fn make_at(
    state: &State,
    parent: &OwnedFd,
    name: &OsString,
    mode: Option<u32>,
    op: &Op,
) -> Result<(), Fault> {
    state.budget.entry(op)?;
    let mode = Mode::from_raw_mode(mode.unwrap_or(MODE) & 0o777);
    mkdirat(parent, name, mode).map_err(|errno| op.fault(errno))
}
