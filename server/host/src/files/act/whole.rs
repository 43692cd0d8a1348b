//! Reading and writing a file in one call. Not through a handle.

use super::open::look;
use crate::files::errno::Errno;
use crate::files::fault::{Fault, Op};
use crate::files::plan::Plan;
use crate::files::run::State;
use mcp_v8_sandbox::host_call::file::{FileAnswer, FileCall, OpenFlags, TRANSFER_BYTES_MAX};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::sync::Arc;

/// `readFile`.
pub fn read(state: &State, path: &str, offset: u64, length: Option<u64>) -> Result<Plan, Fault> {
    let op = Op::on("open", path);
    let (opening, request) = look(state, path, OpenFlags::READ, None, &op)?;
    let reading = Op::on("read", path);
    Ok(Plan::new(op.clone(), request, move |state| {
        let mut file = opening.open(state, &op)?;
        let size = file.metadata().map_err(|error| op.io(&error))?.len();
        let length = match length {
            Some(length) => length.min(TRANSFER_BYTES_MAX as u64),
            None => {
                state.budget.size(size, &reading)?;
                let left = size.saturating_sub(offset);
                transferable(left, &reading)?;
                left
            }
        };
        // Memory for what is there, not for what was asked.
        let mut bytes = Vec::with_capacity(length.min(size.saturating_sub(offset)) as usize);
        file.seek(SeekFrom::Start(offset))
            .and_then(|_| file.take(length).read_to_end(&mut bytes))
            .map_err(|error| reading.io(&error))?;
        Ok(FileAnswer::Bytes(bytes))
    }))
}

/// `writeFile`, `appendFile`.
pub fn write(
    state: &State,
    path: &str,
    flags: OpenFlags,
    mode: Option<u32>,
    call: Arc<FileCall>,
) -> Result<Plan, Fault> {
    let op = Op::on("open", path);
    let writing = Op::on("write", path);
    if !flags.write && !flags.append {
        return Err(op.fault(Errno::INVAL).because("the flags are not for writing"));
    }
    let (opening, request) = look(state, path, flags, mode, &op)?;
    Ok(Plan::new(op.clone(), request, move |state| {
        let FileCall::Write { bytes, .. } = &*call else {
            return Err(writing.fault(Errno::INVAL));
        };
        // All of it before the file is emptied.
        transferable(bytes.len() as u64, &writing)?;
        state.budget.size(bytes.len() as u64, &writing)?;
        state.budget.write(bytes.len() as u64, &writing)?;
        let mut file = opening.open(state, &op)?;
        if flags.append {
            state
                .budget
                .size(size(&file, &writing)?.saturating_add(bytes.len() as u64), &writing)?;
        }
        file.write_all(bytes).map_err(|error| writing.io(&error))?;
        Ok(FileAnswer::Count(bytes.len() as u64))
    }))
}

pub fn size(file: &File, op: &Op) -> Result<u64, Fault> {
    file.metadata().map(|facts| facts.len()).map_err(|error| op.io(&error))
}

/// Refuses what does not fit into one call.
pub fn transferable(bytes: u64, op: &Op) -> Result<(), Fault> {
    if bytes <= TRANSFER_BYTES_MAX as u64 {
        return Ok(());
    }
    let why =
        format!("{bytes} bytes do not fit into one call of {TRANSFER_BYTES_MAX}; use a handle");
    Err(op.fault(Errno::FBIG).because(why))
}
