//! Resolving a path beneath a directory step by step, following links here and not in the kernel. For kernels without
//! openat2, and to find out how far a path leads that leads nowhere. Not the decision what that means.

use super::itself::{Identity, LOOK, identity};
use rustix::fs::{FileType, Mode, OFlags, Stat, fstat, openat, readlinkat};
use rustix::io::Errno;
use std::ffi::OsString;
use std::os::fd::{BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStringExt;
use std::path::{Component, Path, PathBuf};

/// Symbolic links in one path: path_resolution(7).
const LINKS_MAX: usize = 40;

/// A path that could not be resolved to its end.
pub struct Stuck {
    /// As far as it went: a directory beneath the root, or nowhere.
    pub at: Option<OwnedFd>,
    /// What was left, from `at` on; the links on the way are resolved in it.
    pub rest: Vec<OsString>,
    pub errno: Errno,
}

struct Walk {
    device: u64,
    at: OwnedFd,
    /// The directories above `at`, from the root on: to go back to, and nowhere else.
    above: Vec<Identity>,
    /// Names still to go, the next one last.
    left: Vec<OsString>,
    links: usize,
}

/// What `path` leads to, beneath `root` and on its device. With `follow` also through a link at its end.
///
/// # Errors
/// `EXDEV` where it leads out or to another device.
pub fn walk(root: BorrowedFd<'_>, path: &Path, follow: bool) -> Result<OwnedFd, Box<Stuck>> {
    let nowhere = |errno| Box::new(Stuck { at: None, rest: Vec::new(), errno });
    let at = openat(root, ".", LOOK | OFlags::DIRECTORY, Mode::empty()).map_err(nowhere)?;
    let device = identity(&fstat(&at).map_err(nowhere)?).0;
    let mut walk = Walk { device, at, above: Vec::new(), left: Vec::new(), links: 0 };
    walk.push(path).map_err(nowhere)?;
    while let Some(name) = walk.left.pop() {
        if let Err(errno) = walk.step(&name, follow) {
            let mut rest = vec![name];
            rest.extend(walk.left.into_iter().rev());
            return Err(Box::new(Stuck { at: Some(walk.at), rest, errno }));
        }
    }
    Ok(walk.at)
}

impl Walk {
    fn push(&mut self, path: &Path) -> Result<(), Errno> {
        let mut names = Vec::new();
        for component in path.components() {
            match component {
                Component::CurDir => {}
                Component::ParentDir | Component::Normal(_) => {
                    names.push(component.as_os_str().to_owned());
                }
                Component::RootDir | Component::Prefix(_) => return Err(Errno::XDEV),
            }
        }
        self.left.extend(names.into_iter().rev());
        Ok(())
    }

    fn step(&mut self, name: &OsString, follow: bool) -> Result<(), Errno> {
        if name == ".." {
            let parent = *self.above.last().ok_or(Errno::XDEV)?;
            let (up, stat) = self.open(name)?;
            // Moved since it was entered: what is above it now may be anything.
            if identity(&stat) != parent {
                return Err(Errno::XDEV);
            }
            self.above.pop();
            self.at = up;
            return Ok(());
        }
        let (next, stat) = self.open(name)?;
        if identity(&stat).0 != self.device {
            return Err(Errno::XDEV);
        }
        let is_link = FileType::from_raw_mode(stat.st_mode) == FileType::Symlink;
        if is_link && (follow || !self.left.is_empty()) {
            self.links += 1;
            if self.links > LINKS_MAX {
                return Err(Errno::LOOP);
            }
            let target = readlinkat(&next, "", Vec::new())?.into_bytes();
            return self.push(&PathBuf::from(OsString::from_vec(target)));
        }
        if !self.left.is_empty() && FileType::from_raw_mode(stat.st_mode) != FileType::Directory {
            return Err(Errno::NOTDIR);
        }
        self.above.push(identity(&fstat(&self.at)?));
        self.at = next;
        Ok(())
    }

    fn open(&self, name: &OsString) -> Result<(OwnedFd, Stat), Errno> {
        let fd = openat(&self.at, name, LOOK | OFlags::NOFOLLOW, Mode::empty())?;
        let stat = fstat(&fd)?;
        Ok((fd, stat))
    }
}
