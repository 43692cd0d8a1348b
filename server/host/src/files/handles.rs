//! What a run has open. Not opening it.

use super::errno::Errno;
use super::fault::{Fault, Op};
use super::listing::Listing;
use mcp_v8_sandbox::host_call::file::{FileHandle, OpenFlags};
use std::collections::HashMap;
use std::fs::File;
use std::sync::{Arc, Mutex, MutexGuard};

pub enum Handle {
    File(File, OpenFlags),
    Directory(Mutex<Listing>),
}

pub struct Handles {
    max: usize,
    table: Mutex<Table>,
}

#[derive(Default)]
struct Table {
    last: u32,
    open: HashMap<u32, Arc<Handle>>,
}

impl Handles {
    pub fn new(max: usize) -> Self {
        Self { max, table: Mutex::default() }
    }

    /// Whether another one may be opened; to know before a file is made or emptied.
    pub fn room(&self, op: &Op) -> Result<(), Fault> {
        self.room_in(&self.table(), op)
    }

    pub fn add(&self, handle: Handle, op: &Op) -> Result<FileHandle, Fault> {
        let mut table = self.table();
        self.room_in(&table, op)?;
        // Four billion: a run ends long before.
        table.last = table.last.checked_add(1).ok_or_else(|| op.fault(Errno::MFILE))?;
        let number = table.last;
        table.open.insert(number, Arc::new(handle));
        Ok(FileHandle(number))
    }

    pub fn get(&self, handle: FileHandle, op: &Op) -> Result<Arc<Handle>, Fault> {
        self.table().open.get(&handle.0).cloned().ok_or_else(|| op.fault(Errno::BADF))
    }

    pub fn close(&self, handle: FileHandle, op: &Op) -> Result<(), Fault> {
        let closed = self.table().open.remove(&handle.0);
        closed.map(drop).ok_or_else(|| op.fault(Errno::BADF))
    }

    fn room_in(&self, table: &Table, op: &Op) -> Result<(), Fault> {
        match table.open.len() < self.max {
            true => Ok(()),
            false => Err(op.limit(Errno::MFILE, "max_open", self.max)),
        }
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        // Every change of the table is a single one, so that a panic elsewhere leaves it whole.
        self.table.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}
