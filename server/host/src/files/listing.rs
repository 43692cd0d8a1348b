//! The entries of a directory, page by page, and what kind of file each is. Not sorted and not recursive.

use super::errno::Errno;
use super::itself::identity;
use mcp_v8_sandbox::host_call::file::{DirEntry, FileKind, FileStat, PAGE_ENTRIES_MAX};
use rustix::fs::{AtFlags, Dir, FileType, Stat, statat};

pub struct Listing {
    dir: Dir,
    /// Read already, for the next page.
    ahead: Option<DirEntry>,
}

impl Listing {
    pub fn new(dir: Dir) -> Self {
        Self { dir, ahead: None }
    }

    /// At most [`PAGE_ENTRIES_MAX`] entries, and whether there are more.
    pub fn page(&mut self) -> Result<(Vec<DirEntry>, bool), Errno> {
        let mut page: Vec<DirEntry> = self.ahead.take().into_iter().collect();
        while let Some(entry) = self.next()? {
            if page.len() == PAGE_ENTRIES_MAX {
                self.ahead = Some(entry);
                return Ok((page, true));
            }
            page.push(entry);
        }
        Ok((page, false))
    }

    fn next(&mut self) -> Result<Option<DirEntry>, Errno> {
        while let Some(entry) = self.dir.read() {
            let entry = entry?;
            let name = entry.file_name();
            if matches!(name.to_bytes(), b"." | b"..") {
                continue;
            }
            let kind = match entry.file_type() {
                // Some file systems do not say.
                FileType::Unknown => statat(self.dir.fd()?, name, AtFlags::SYMLINK_NOFOLLOW)
                    .map_or(FileType::Unknown, |stat| FileType::from_raw_mode(stat.st_mode)),
                kind => kind,
            };
            return Ok(Some(DirEntry {
                name: name.to_string_lossy().into_owned(),
                kind: file_kind(kind),
            }));
        }
        Ok(None)
    }
}

fn file_kind(kind: FileType) -> FileKind {
    match kind {
        FileType::RegularFile => FileKind::File,
        FileType::Directory => FileKind::Directory,
        FileType::Symlink => FileKind::Symlink,
        FileType::Fifo => FileKind::Fifo,
        FileType::Socket => FileKind::Socket,
        FileType::CharacterDevice => FileKind::CharacterDevice,
        FileType::BlockDevice => FileKind::BlockDevice,
        FileType::Unknown => FileKind::Unknown,
    }
}

#[allow(clippy::unnecessary_cast)] // Their types differ between systems.
pub fn file_stat(stat: &Stat) -> FileStat {
    let ms = |seconds: i64, nanoseconds: i64| {
        seconds.saturating_mul(1000).saturating_add(nanoseconds / 1_000_000)
    };
    FileStat {
        kind: file_kind(FileType::from_raw_mode(stat.st_mode)),
        size: u64::try_from(stat.st_size).unwrap_or(0),
        mode: stat.st_mode as u32 & 0o7777,
        links: stat.st_nlink as u64,
        inode: identity(stat).1.to_string(),
        accessed_ms: ms(stat.st_atime as i64, stat.st_atime_nsec as i64),
        modified_ms: ms(stat.st_mtime as i64, stat.st_mtime_nsec as i64),
        changed_ms: ms(stat.st_ctime as i64, stat.st_ctime_nsec as i64),
    }
}
