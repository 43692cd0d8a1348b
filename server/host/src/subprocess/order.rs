//! What a keeper is told, and what it says: lines of JSON over a socket, and descriptors with the first. Not what it does.

use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer,
    SendAncillaryMessage, SendFlags, recvmsg, sendmsg,
};
use serde::{Deserialize, Serialize};
use std::io::{self, IoSlice, IoSliceMut, Read, Write};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;

/// Longest order, bytes: arguments and variables as JSON, each byte escaped at worst.
const ORDER_BYTES_MAX: u32 = 8 << 20;

/// A program to keep.
#[derive(Debug, Serialize, Deserialize)]
pub struct Order {
    /// `argv[0]`.
    pub name: String,
    pub args: Vec<String>,
    pub env: Vec<(String, String)>,
    /// Real paths of what was judged, to find it again in other namespaces.
    pub program: PathBuf,
    pub cwd: PathBuf,
    /// Begins with `#!`: its interpreter opens it by path.
    pub script: bool,
    pub confine: Confine,
    pub max_processes: u64,
    /// Of one process, bytes.
    pub max_memory: u64,
    /// Of one file, bytes.
    pub max_file: u64,
}

/// How far a child is shut in.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Confine {
    pub read: Vec<PathBuf>,
    pub write: Vec<PathBuf>,
    pub network: bool,
    /// Anything missing is a failure.
    pub required: bool,
}

/// The descriptors beside an order.
pub struct Descriptors {
    pub input: OwnedFd,
    pub output: OwnedFd,
    pub error: OwnedFd,
    pub program: OwnedFd,
    pub cwd: OwnedFd,
}

/// What a keeper says.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Word {
    /// The program runs. In words, what this kernel does not have.
    Started {
        missing: Vec<String>,
    },
    /// It does not: the system's number of the error.
    Failed {
        errno: i32,
    },
    /// This kernel lacks what is required.
    Unconfined {
        missing: Vec<String>,
    },
    Exited {
        code: Option<i32>,
        signal: Option<i32>,
    },
    /// There were more processes than allowed: all are gone.
    TooMany,
}

/// Hands an order over. The keeper has its descriptors then.
///
/// # Errors
/// When the keeper is gone.
pub fn send(stream: &mut UnixStream, order: &Order, descriptors: &Descriptors) -> io::Result<()> {
    let text = serde_json::to_vec(order)?;
    let length = u32::try_from(text.len()).unwrap_or(u32::MAX).to_le_bytes();
    let Descriptors { input, output, error, program, cwd } = descriptors;
    let fds = [input.as_fd(), output.as_fd(), error.as_fd(), program.as_fd(), cwd.as_fd()];
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(5))];
    let mut beside = SendAncillaryBuffer::new(&mut space);
    if !beside.push(SendAncillaryMessage::ScmRights(&fds)) {
        return Err(io::Error::from(io::ErrorKind::InvalidInput));
    }
    if sendmsg(&*stream, &[IoSlice::new(&length)], &mut beside, SendFlags::empty())? != length.len()
    {
        return Err(io::Error::from(io::ErrorKind::WriteZero));
    }
    stream.write_all(&text)
}

/// Takes an order, in the keeper.
///
/// # Errors
/// When the server is gone, or says something else.
pub fn receive(stream: &mut UnixStream) -> io::Result<(Order, Descriptors)> {
    let mut length = [0; 4];
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(5))];
    let mut beside = RecvAncillaryBuffer::new(&mut space);
    let flags = RecvFlags::CMSG_CLOEXEC | RecvFlags::WAITALL;
    let received = recvmsg(&*stream, &mut [IoSliceMut::new(&mut length)], &mut beside, flags)?;
    let mut fds = Vec::new();
    for message in beside.drain() {
        if let RecvAncillaryMessage::ScmRights(rights) = message {
            fds.extend(rights);
        }
    }
    let length = u32::from_le_bytes(length);
    let fds: Result<[OwnedFd; 5], _> = fds.try_into();
    let (4, Ok([input, output, error, program, cwd]), ..=ORDER_BYTES_MAX) =
        (received.bytes, fds, length)
    else {
        return Err(io::Error::from(io::ErrorKind::InvalidData));
    };
    let mut text = vec![0; length as usize];
    stream.read_exact(&mut text)?;
    Ok((serde_json::from_slice(&text)?, Descriptors { input, output, error, program, cwd }))
}

/// Says something to the server.
///
/// # Errors
/// When it is gone.
pub fn say(stream: &mut UnixStream, word: &Word) -> io::Result<()> {
    let mut line = serde_json::to_vec(word)?;
    line.push(b'\n');
    stream.write_all(&line)
}
