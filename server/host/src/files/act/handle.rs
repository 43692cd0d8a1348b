//! Calls on what is open. The policy decided when it was opened, by the flags.

use super::whole::{size, transferable};
use crate::files::errno::Errno;
use crate::files::fault::{Fault, Op};
use crate::files::handles::Handle;
use crate::files::listing::file_stat;
use crate::files::run::State;
use mcp_v8_sandbox::host_call::file::{
    FileAnswer, FileCall, FileHandle, OpenFlags, TRANSFER_BYTES_MAX,
};
use rustix::fs::fstat;
use std::fs::File;
use std::io::Write;
use std::os::unix::fs::FileExt;

pub fn perform(state: &State, call: &FileCall) -> Result<FileAnswer, Fault> {
    match call {
        FileCall::ReadAt { handle, offset, length } => read(state, *handle, *offset, *length),
        FileCall::WriteAt { handle, offset, bytes } => write(state, *handle, *offset, bytes),
        FileCall::StatHandle { handle } => {
            let op = Op::of("fstat");
            with_file(state, *handle, &op, |file, _| {
                let stat = fstat(file).map_err(|errno| op.fault(errno))?;
                Ok(FileAnswer::Stat(file_stat(&stat)))
            })
        }
        FileCall::TruncateHandle { handle, size } => {
            let op = Op::of("ftruncate");
            with_file(state, *handle, &op, |file, flags| {
                writable(flags, &op)?;
                truncate(state, file, *size, &op)
            })
        }
        FileCall::SyncHandle { handle } => {
            let op = Op::of("fsync");
            with_file(state, *handle, &op, |file, _| {
                file.sync_all().map_err(|error| op.io(&error))?;
                Ok(FileAnswer::Done)
            })
        }
        FileCall::Close { handle } => {
            state.handles.close(*handle, &Op::of("close")).map(|()| FileAnswer::Done)
        }
        FileCall::ReadDirNext { handle } => next_page(state, *handle),
        _ => Err(Op::of("fs").fault(Errno::INVAL)),
    }
}

fn read(state: &State, handle: FileHandle, offset: u64, length: u64) -> Result<FileAnswer, Fault> {
    let op = Op::of("read");
    with_file(state, handle, &op, |file, flags| {
        if !flags.read {
            return Err(op.fault(Errno::BADF));
        }
        let there = size(file, &op)?.saturating_sub(offset);
        let wanted = length.min(TRANSFER_BYTES_MAX as u64).min(there);
        let mut bytes = vec![0; wanted as usize];
        let mut filled = 0;
        while filled < bytes.len() {
            match file.read_at(&mut bytes[filled..], offset + filled as u64) {
                Ok(0) => break,
                Ok(more) => filled += more,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return Err(op.io(&error)),
            }
        }
        bytes.truncate(filled);
        Ok(FileAnswer::Bytes(bytes))
    })
}

fn write(
    state: &State,
    handle: FileHandle,
    offset: u64,
    bytes: &[u8],
) -> Result<FileAnswer, Fault> {
    let op = Op::of("write");
    with_file(state, handle, &op, |mut file, flags| {
        writable(flags, &op)?;
        let length = bytes.len() as u64;
        transferable(length, &op)?;
        let start = if flags.append { size(file, &op)? } else { offset };
        state.budget.size(start.saturating_add(length), &op)?;
        state.budget.write(length, &op)?;
        let done = match flags.append {
            // The system puts each at the end, whoever else writes.
            true => file.write_all(bytes),
            false => file.write_all_at(bytes, offset),
        };
        done.map_err(|error| op.io(&error))?;
        Ok(FileAnswer::Count(length))
    })
}

/// What a longer file grows by counts as written: it can be filled without another word.
pub fn truncate(state: &State, file: &File, to: u64, op: &Op) -> Result<FileAnswer, Fault> {
    state.budget.size(to, op)?;
    state.budget.write(to.saturating_sub(size(file, op)?), op)?;
    file.set_len(to).map_err(|error| op.io(&error))?;
    Ok(FileAnswer::Done)
}

fn next_page(state: &State, handle: FileHandle) -> Result<FileAnswer, Fault> {
    let op = Op::of("scandir");
    let open = state.handles.get(handle, &op)?;
    let Handle::Directory(listing) = &*open else { return Err(op.fault(Errno::NOTDIR)) };
    let mut listing = listing.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let (entries, more) = listing.page().map_err(|errno| op.fault(errno))?;
    if !more {
        state.handles.close(handle, &op)?;
    }
    Ok(FileAnswer::Entries { entries, more: more.then_some(handle) })
}

fn writable(flags: OpenFlags, op: &Op) -> Result<(), Fault> {
    if flags.write || flags.append { Ok(()) } else { Err(op.fault(Errno::BADF)) }
}

fn with_file(
    state: &State,
    handle: FileHandle,
    op: &Op,
    work: impl FnOnce(&File, OpenFlags) -> Result<FileAnswer, Fault>,
) -> Result<FileAnswer, Fault> {
    match &*state.handles.get(handle, op)? {
        Handle::File(file, flags) => work(file, *flags),
        Handle::Directory(_) => Err(op.fault(Errno::ISDIR)),
    }
}
