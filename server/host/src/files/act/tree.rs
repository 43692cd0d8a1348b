//! Removing a directory with all it holds, with one descriptor at any depth. Links are removed and not followed, other
//! file systems are not entered. Not deciding whether.

use crate::files::errno::Errno;
use crate::files::itself::{Identity, identity};
use crate::files::run::State;
use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags, fstat, openat, statat, unlinkat};
use std::ffi::{CString, OsStr};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;

/// Names read before any is removed.
const BATCH: usize = 1000;

/// Removes the directory `name` of `parent`, if it is still `judged`.
pub fn remove(
    state: &State,
    parent: &OwnedFd,
    name: &OsStr,
    judged: Identity,
) -> Result<(), Errno> {
    let top = CString::new(name.as_bytes()).map_err(|_| Errno::INVAL)?;
    let (mut at, own) = enter(parent, &top)?;
    if own != judged {
        return Err(Errno::NOENT);
    }
    // The way back: each directory above, and the name of the one below in it.
    let mut above: Vec<(Identity, CString)> = Vec::new();
    loop {
        if let Some(child) = empty(state, &at)? {
            let (next, below) = enter(&at, &child)?;
            if below.0 != judged.0 {
                return Err(Errno::XDEV);
            }
            above.push((identity(&fstat(&at)?), child));
            at = next;
            continue;
        }
        let Some((expected, child)) = above.pop() else { break };
        let (up, found) = enter(&at, c"..")?;
        // Moved meanwhile: what is above it now was not judged.
        if found != expected {
            return Err(Errno::BUSY);
        }
        unlinkat(&up, &child, AtFlags::REMOVEDIR)?;
        at = up;
    }
    drop(at);
    unlinkat(parent, &top, AtFlags::REMOVEDIR)
}

fn enter(parent: impl AsFd, name: &std::ffi::CStr) -> Result<(OwnedFd, Identity), Errno> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let fd = openat(parent, name, flags, Mode::empty())?;
    let own = identity(&fstat(&fd)?);
    Ok((fd, own))
}

/// Removes what is no directory; the name of the first directory, or `None` when nothing is left.
fn empty(state: &State, at: &OwnedFd) -> Result<Option<CString>, Errno> {
    loop {
        state.going_on()?;
        let mut names = Vec::new();
        for entry in Dir::read_from(at)? {
            let entry = entry?;
            if !matches!(entry.file_name().to_bytes(), b"." | b"..") {
                names.push((entry.file_name().to_owned(), entry.file_type()));
            }
            if names.len() == BATCH {
                break;
            }
        }
        if names.is_empty() {
            return Ok(None);
        }
        for (name, kind) in names {
            let kind = match kind {
                FileType::Unknown => {
                    FileType::from_raw_mode(statat(at, &name, AtFlags::SYMLINK_NOFOLLOW)?.st_mode)
                }
                kind => kind,
            };
            if kind == FileType::Directory {
                return Ok(Some(name));
            }
            match unlinkat(at, &name, AtFlags::empty()) {
                Ok(()) | Err(Errno::NOENT) => {}
                Err(errno) => return Err(errno),
            }
        }
    }
}
