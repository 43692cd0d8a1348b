//! Files of scripts: what `fs` and `fs/promises` of Node need and JavaScript cannot do itself. Paths are as the script
//! gave them; which file that is, the server finds out beneath the roots.

use serde::{Deserialize, Serialize};

/// Most bytes of one read or write. More is several calls on a handle: a frame of the wire holds one of these.
pub const TRANSFER_BYTES_MAX: usize = 8 << 20;

/// Most entries of one page of a directory.
pub const PAGE_ENTRIES_MAX: usize = 1000;

/// Longest path, bytes: `PATH_MAX` of Linux, its closing zero included.
pub const PATH_BYTES_MAX: usize = 4096;

/// An open file or directory of one run. Numbers of closed ones are not used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FileHandle(pub u32);

/// See [`super::HostCall::File`].
///
/// A `path` begins with a root as the operator wrote it or with its real path, or is relative to the first root.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FileCall {
    /// From `offset` on: `length` bytes, or fewer where the file or [`TRANSFER_BYTES_MAX`] ends; without a length all
    /// there is, and `EFBIG` where that does not fit. Answer: `Bytes`.
    Read { path: String, offset: u64, length: Option<u64> },
    /// Opens by `flags`, writes all bytes at the start (with `append` at the end), closes. Answer: `Count`.
    Write { path: String, bytes: Vec<u8>, flags: OpenFlags, mode: Option<u32> },
    /// A file for [`FileCall::ReadAt`] and [`FileCall::WriteAt`]. Answer: `Handle`.
    Open { path: String, flags: OpenFlags, mode: Option<u32> },
    /// At most `length` and [`TRANSFER_BYTES_MAX`] bytes; none at the end. Answer: `Bytes`.
    ReadAt { handle: FileHandle, offset: u64, length: u64 },
    /// All bytes, at `offset`, or at the end where the file was opened with `append`. Answer: `Count`.
    WriteAt { handle: FileHandle, offset: u64, bytes: Vec<u8> },
    /// Answer: `Stat`.
    StatHandle { handle: FileHandle },
    /// Answer: `Done`.
    TruncateHandle { handle: FileHandle, size: u64 },
    /// What was written is on the disk after it. Answer: `Done`.
    SyncHandle { handle: FileHandle },
    /// Answer: `Done`; `EBADF` for one that is not open.
    Close { handle: FileHandle },
    /// Answer: `Stat`. Without `follow` it is that of a symbolic link itself (`lstat`).
    Stat { path: String, follow: bool },
    /// The first page of a directory. Answer: `Entries`.
    ReadDir { path: String },
    /// The next page, of a handle out of `Entries`. Answer: `Entries`.
    ReadDirNext { handle: FileHandle },
    /// With `recursive` also the directories above it, and one that is there is no error. Answer: `Done`.
    MakeDir { path: String, recursive: bool, mode: Option<u32> },
    /// A directory whose name is `prefix` and six characters that nobody has. Answer: `Path`.
    MakeTempDir { prefix: String },
    /// A file, a link, or by `what` a directory. With `force` it need not be there. Answer: `Done`.
    Remove { path: String, what: Remove, force: bool },
    /// Replaces what is at `destination`. Answer: `Done`.
    Rename { path: String, destination: String },
    /// Content and permission bits of a file; with `exclusive` `destination` must not be there. Answer: `Done`.
    Copy { path: String, destination: String, exclusive: bool },
    /// Answer: `Done`.
    Truncate { path: String, size: u64 },
    /// Answer: `Path`.
    RealPath { path: String },
    /// Answer: `Path`.
    ReadLink { path: String },
    /// A link at `path` to `target`, which is relative and leads beneath the root. Answer: `Done`.
    Symlink { target: String, path: String },
    /// Whether it is there and can be used so. Answer: `Done`.
    Access { path: String, read: bool, write: bool, execute: bool },
    /// Times in milliseconds since 1970. Answer: `Done`.
    SetTimes { path: String, accessed_ms: i64, modified_ms: i64, follow: bool },
    /// Permission bits (0o777) alone. Answer: `Done`.
    ChangeMode { path: String, mode: u32 },
}

/// How a file is opened: `r` is `read`, `w` is `write`, `create` and `truncate`, `a` is `append` and `create`, `x` adds
/// `exclusive`, `+` adds `read` and `write`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenFlags {
    pub read: bool,
    pub write: bool,
    /// Every write goes to the end; it counts as `write`.
    pub append: bool,
    pub create: bool,
    /// With `create`: it must not be there.
    pub exclusive: bool,
    pub truncate: bool,
}

/// What may be removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Remove {
    /// Anything but a directory: `unlink`, `rm`.
    File,
    /// An empty directory: `rmdir`.
    EmptyDir,
    /// Anything, with all it holds; links in it are removed and not followed.
    Tree,
}

/// See [`super::HostAnswer::File`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FileAnswer {
    /// There is nothing to tell.
    Done,
    Bytes(Vec<u8>),
    /// Bytes written.
    Count(u64),
    Handle(FileHandle),
    Stat(FileStat),
    /// `more`: a handle for the next page, closed by itself with the last one. Not sorted.
    Entries {
        entries: Vec<DirEntry>,
        more: Option<FileHandle>,
    },
    Path(String),
}

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FileKind {
    File,
    Directory,
    Symlink,
    Fifo,
    Socket,
    CharacterDevice,
    BlockDevice,
    Unknown,
}

/// Facts of a file. Owner and device are the host's business and are not told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileStat {
    pub kind: FileKind,
    pub size: u64,
    /// Permission bits, `0o7777`.
    pub mode: u32,
    pub links: u64,
    /// Decimal, because a JavaScript number does not hold every one.
    pub inode: String,
    /// Times in milliseconds since 1970.
    pub accessed_ms: i64,
    pub modified_ms: i64,
    pub changed_ms: i64,
}

/// A name in a directory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DirEntry {
    /// Where the name is not UTF-8, with U+FFFD for what is not; such a file cannot be opened.
    pub name: String,
    pub kind: FileKind,
}

impl OpenFlags {
    /// `r`.
    pub const READ: Self = Self {
        read: true,
        write: false,
        append: false,
        create: false,
        exclusive: false,
        truncate: false,
    };

    /// `w`.
    pub const WRITE: Self =
        Self { read: false, write: true, create: true, truncate: true, ..Self::READ };

    /// `a`.
    pub const APPEND: Self = Self { append: true, truncate: false, ..Self::WRITE };

    /// The file may change.
    pub fn writes(self) -> bool {
        self.write || self.append || self.truncate || self.create
    }
}
