//! Opening a file: one that is there, by what was judged; a new one, by its directory and name. Not reading or writing.

use crate::files::errno::Errno;
use crate::files::fault::{Fault, Op};
use crate::files::handles::Handle;
use crate::files::itself::again;
use crate::files::place::{Found, Node};
use crate::files::plan::Plan;
use crate::files::run::State;
use mcp_v8_policy::{FileFlag, FileOperation, FilesystemRequest};
use mcp_v8_sandbox::host_call::file::{FileAnswer, OpenFlags};
use rustix::fs::{FileType, Mode, OFlags, openat};
use std::fs::File;

/// Of files that scripts make, unless they say otherwise.
const MODE: u32 = 0o600;

/// A file that was looked up to be opened.
pub struct Opening {
    found: Found,
    flags: OpenFlags,
    mode: u32,
}

/// `open`.
pub fn handle(
    state: &State,
    path: &str,
    flags: OpenFlags,
    mode: Option<u32>,
) -> Result<Plan, Fault> {
    let op = Op::on("open", path);
    let (opening, request) = look(state, path, flags, mode, &op)?;
    Ok(Plan::new(op.clone(), request, move |state| {
        state.handles.room(&op)?;
        let file = opening.open(state, &op)?;
        state.handles.add(Handle::File(file, flags), &op).map(FileAnswer::Handle)
    }))
}

/// Looks a file up, and says what the policy is to judge.
pub fn look(
    state: &State,
    path: &str,
    flags: OpenFlags,
    mode: Option<u32>,
    op: &Op,
) -> Result<(Opening, FilesystemRequest), Fault> {
    let writing = flags.write || flags.append;
    let contradiction = (flags.exclusive && !flags.create)
        || (flags.append && flags.truncate)
        || (!writing && (!flags.read || flags.create || flags.truncate));
    if contradiction {
        return Err(op.fault(Errno::INVAL).because("these flags do not go together"));
    }
    let place = state.roots.place(path, !flags.exclusive, op)?;
    if writing {
        place.writable(op)?;
    }
    let operation = match (flags.append, writing) {
        (true, _) => FileOperation::AppendFile,
        (false, true) => FileOperation::WriteFile,
        (false, false) => FileOperation::ReadFile,
    };
    let mut request = place.request(operation, path);
    request.flags = judged(flags);
    let opening = Opening { found: place.found, flags, mode: mode.unwrap_or(MODE) & 0o777 };
    Ok((opening, request))
}

fn judged(flags: OpenFlags) -> Vec<FileFlag> {
    let all = [
        (flags.read, FileFlag::Read),
        (flags.write, FileFlag::Write),
        (flags.append, FileFlag::Append),
        (flags.create, FileFlag::Create),
        (flags.exclusive, FileFlag::Exclusive),
        (flags.truncate, FileFlag::Truncate),
    ];
    all.into_iter().filter_map(|(set, flag)| set.then_some(flag)).collect()
}

impl Opening {
    /// It was looked up and is this very file.
    pub fn is(&self, node: &Node) -> bool {
        matches!(&self.found, Found::Node(own) if own.identity() == node.identity())
    }

    pub fn open(self, state: &State, op: &Op) -> Result<File, Fault> {
        let OpenFlags { read, write, append, create, exclusive, truncate } = self.flags;
        let mut flags = match (read, write || append) {
            (true, true) => OFlags::RDWR,
            (false, true) => OFlags::WRONLY,
            _ => OFlags::RDONLY,
        };
        if append {
            flags |= OFlags::APPEND;
        }
        match self.found {
            Found::Failed(errno) => Err(op.unresolved(errno)),
            Found::Node(_) if exclusive => Err(op.fault(Errno::EXIST)),
            Found::Node(node) => {
                regular(&node, op)?;
                let flags = if truncate { flags | OFlags::TRUNC } else { flags };
                again(&node.fd, flags).map(File::from).map_err(|errno| op.fault(errno))
            }
            Found::Missing(parent, names) => match names.as_slice() {
                [name] if create => {
                    state.budget.entry(op)?;
                    // Exclusive always: what is opened is what is made here, and no link that came meanwhile.
                    let flags =
                        flags | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
                    openat(&parent, name, flags, Mode::from_raw_mode(self.mode))
                        .map(File::from)
                        .map_err(|errno| match errno {
                            Errno::EXIST if !exclusive => op.fault(errno).again(),
                            errno => op.fault(errno),
                        })
                }
                _ => Err(op.fault(Errno::NOENT)),
            },
        }
    }
}

/// Refuses what is no regular file.
pub fn regular(node: &Node, op: &Op) -> Result<(), Fault> {
    match node.kind() {
        FileType::RegularFile => Ok(()),
        FileType::Directory => Err(op.fault(Errno::ISDIR)),
        FileType::Symlink => Err(op.fault(Errno::LOOP)),
        _ => Err(op.denied(Errno::ACCESS, "pipes, sockets and devices are not opened")),
    }
}
