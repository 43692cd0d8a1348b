//! Where a script's path leads: what is there, what could be made there, and the real path that the policy judges. Not
//! what is done with it.

use super::errno::Errno;
use super::fault::{Fault, Op};
use super::itself::{Identity, identity, real_path};
use super::root::{OpenRoot, Refused, Roots};
use super::walk::Stuck;
use mcp_v8_policy::{FileOperation, FilesystemRequest};
use rustix::fs::{AtFlags, FileType, Stat, fstat, statat};
use std::ffi::{OsStr, OsString};
use std::os::fd::OwnedFd;
use std::path::{Component, Path, PathBuf};

/// Something that exists, held by descriptor.
pub struct Node {
    pub fd: OwnedFd,
    pub stat: Stat,
}

/// A name in a directory, whether or not something has it.
pub struct Slot {
    pub parent: OwnedFd,
    pub name: OsString,
    pub node: Option<Node>,
}

pub enum Found {
    Node(Node),
    /// Nothing; the directory that is there, and the names missing beneath it. At least one.
    Missing(OwnedFd, Vec<OsString>),
    Failed(Errno),
}

/// A path and what it leads to; `T` is [`Found`] or a slot.
pub struct Place<'r, T> {
    pub root: &'r OpenRoot,
    pub real: String,
    pub found: T,
}

pub type SlotPlace<'r> = Place<'r, Result<Slot, Errno>>;

impl Node {
    fn new(fd: OwnedFd) -> Result<Self, Errno> {
        let stat = fstat(&fd)?;
        Ok(Self { fd, stat })
    }

    pub fn kind(&self) -> FileType {
        FileType::from_raw_mode(self.stat.st_mode)
    }

    pub fn identity(&self) -> Identity {
        identity(&self.stat)
    }
}

impl Slot {
    /// What was judged still has the name; `ENOENT` when it went.
    pub fn still(&self) -> Result<&Node, Errno> {
        let node = self.node.as_ref().ok_or(Errno::NOENT)?;
        let now = statat(&self.parent, &self.name, AtFlags::SYMLINK_NOFOLLOW)?;
        match identity(&now) == node.identity() {
            true => Ok(node),
            false => Err(Errno::NOENT),
        }
    }
}

impl<T> Place<'_, T> {
    /// The request for an operation here, to be completed.
    pub fn request(&self, operation: FileOperation, path: &str) -> FilesystemRequest {
        let root = self.root.judged();
        FilesystemRequest::new(operation, path.to_owned(), self.real.clone(), root)
    }

    /// Refuses a change in a root that is for reading.
    pub fn writable(&self, op: &Op) -> Result<(), Fault> {
        if self.root.writable {
            return Ok(());
        }
        let given = self.root.given.display();
        let why = format!("the root {given} has mode \"read\" in policies.filesystem.roots");
        Err(op.denied(Errno::ROFS, why))
    }
}

impl Roots {
    /// The object that a path leads to; with `follow` through a link at its end.
    pub fn place(&self, path: &str, follow: bool, op: &Op) -> Result<Place<'_, Found>, Fault> {
        let (root, rest) = self.locate(path).map_err(|refused| self.refusal(refused, op))?;
        Ok(self.resolve(root, rest, follow))
    }

    /// The name that a path ends with, in its directory; a link at its end is not followed.
    pub fn slot(&self, path: &str, op: &Op) -> Result<SlotPlace<'_>, Fault> {
        let (root, rest) = self.locate(path).map_err(|refused| self.refusal(refused, op))?;
        let Some(name) = rest.file_name() else {
            // The root itself, or a path that ends with `..`: no name to make or remove.
            let Place { root, real, .. } = self.resolve(root, rest, true);
            return Ok(Place { root, real, found: Err(Errno::BUSY) });
        };
        let parent = self.resolve(root, rest.parent().unwrap_or(Path::new("")), true);
        let real = join(&parent.real, name);
        // The name can be that of a root inside of the parent's.
        let owner = self.owner(Path::new(&real)).unwrap_or(parent.root);
        let found = match parent.found {
            Found::Failed(errno) => Err(errno),
            Found::Missing(..) => Err(Errno::NOENT),
            Found::Node(node) if node.kind() != FileType::Directory => Err(Errno::NOTDIR),
            Found::Node(node) => self.named(node.fd, name),
        };
        Ok(Place { root: owner, real, found })
    }

    fn named(&self, parent: OwnedFd, name: &OsStr) -> Result<Slot, Errno> {
        use std::os::fd::AsFd;
        if name.to_str().is_none() {
            return Err(Errno::ILSEQ);
        }
        let node = match self.how.look(parent.as_fd(), Path::new(name), false) {
            Ok(fd) => Some(Node::new(fd)?),
            Err(stuck) if stuck.errno == Errno::NOENT => None,
            Err(stuck) => return Err(stuck.errno),
        };
        Ok(Slot { parent, name: name.to_owned(), node })
    }

    fn resolve<'r>(&'r self, root: &'r OpenRoot, rest: &Path, follow: bool) -> Place<'r, Found> {
        use std::os::fd::AsFd;
        match self.how.look(root.fd.as_fd(), rest, follow) {
            Ok(fd) => {
                let found = Node::new(fd).and_then(|node| Ok((real_path(&node.fd)?, node)));
                match found {
                    Ok((real, node)) => self.at(root, real, &[], rest, Found::Node(node)),
                    Err(errno) => self.lexical(root, rest, errno),
                }
            }
            Err(stuck) => {
                let Stuck { at, rest: left, errno } = *stuck;
                let known = at.and_then(|at| Some((real_path(&at).ok()?, at)));
                let Some((real, at)) = known else {
                    return self.lexical(root, rest, errno);
                };
                let plain = |name: &OsString| name != "..";
                let found = match errno {
                    Errno::NOENT if !left.is_empty() && left.iter().all(plain) => {
                        Found::Missing(at, left.clone())
                    }
                    errno => Found::Failed(errno),
                };
                self.at(root, real, &left, rest, found)
            }
        }
    }

    /// With the real path of a descriptor, and names that do not exist beneath it.
    fn at<'r>(
        &'r self,
        root: &'r OpenRoot,
        real: PathBuf,
        left: &[OsString],
        rest: &Path,
        found: Found,
    ) -> Place<'r, Found> {
        // Moved out of every root since it was opened: its new place is nobody's business.
        let Some(owner) = self.owner(&real) else {
            return self.lexical(root, rest, Errno::XDEV);
        };
        let mut path = real;
        for name in left {
            match name.to_str() {
                Some("..") if path.as_path() != Path::new(&owner.real) => drop(path.pop()),
                Some("..") => {}
                _ => path.push(name),
            }
        }
        let Some(real) = path.to_str() else {
            // Not a text that a policy could judge.
            let real = path.to_string_lossy().into_owned();
            return Place { root: owner, real, found: Found::Failed(Errno::ILSEQ) };
        };
        let owner = self.owner(&path).unwrap_or(owner);
        Place { root: owner, real: real.to_owned(), found }
    }

    /// Where nothing could be opened: the path as it reads.
    fn lexical<'r>(&self, root: &'r OpenRoot, rest: &Path, errno: Errno) -> Place<'r, Found> {
        let mut names: Vec<&OsStr> = Vec::new();
        for component in rest.components() {
            match component {
                Component::Normal(name) => names.push(name),
                Component::ParentDir => drop(names.pop()),
                _ => {}
            }
        }
        let real = names.into_iter().fold(root.real.clone(), |real, name| join(&real, name));
        Place { root, real, found: Found::Failed(errno) }
    }

    fn refusal(&self, refused: Refused, op: &Op) -> Fault {
        match refused {
            Refused::System(errno) => op.fault(errno),
            Refused::Outside => op.denied(
                Errno::ACCESS,
                format!(
                    "it is in none of the roots ({}); an operator adds one to policies.filesystem.roots",
                    self.listed()
                ),
            ),
        }
    }
}

pub fn join(real: &str, name: &OsStr) -> String {
    let slash = if real.ends_with('/') { "" } else { "/" };
    format!("{real}{slash}{}", name.to_string_lossy())
}
