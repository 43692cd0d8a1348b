//! A disk under a server that fails when a test says so: `disk.c`, preloaded. Not the server's own faults: nothing of
//! it is in the program.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use tempfile::TempDir;

pub const ENOSPC: i32 = 28;
pub const EIO: i32 = 5;

/// One step of the C library's, on which paths, and when.
#[derive(Clone, Copy, Debug)]
pub struct Fault {
    /// `create`, `write`, `sync` (of a file), `syncdir`, `rename` or `mkdir`.
    pub step: &'static str,
    /// A part of the path.
    pub path: &'static str,
    /// How often it still succeeds.
    pub skip: u32,
    /// The step, and a part of its path, that must have succeeded before.
    pub after: Option<(&'static str, &'static str)>,
}

/// The plan of one server's disk.
pub struct Disk {
    folder: TempDir,
}

impl Disk {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a temporary directory") }
    }

    /// The program under test, on this disk.
    pub fn command(&self) -> Command {
        let mut command = Command::new(super::server::binary());
        command.env("LD_PRELOAD", library()).env("DISK_FAULTS", self.plan());
        command
    }

    /// From now on the step fails with this error: once, or always. Forgets former hits.
    pub fn fail(&self, fault: &Fault, errno: i32, always: bool) {
        let (after, on) = fault.after.unwrap_or(("-", "-"));
        let times = u32::from(!always);
        let Fault { step, path, skip, .. } = fault;
        let _ = fs::remove_file(self.hits_file());
        self.write(&format!("{step} {path} {errno} {skip} {times} {after} {on}"));
    }

    /// From now on nothing fails.
    pub fn heal(&self) {
        self.write("");
    }

    /// How often something failed since [`Disk::fail`].
    pub fn hits(&self) -> u64 {
        fs::metadata(self.hits_file()).map_or(0, |about| about.len())
    }

    fn plan(&self) -> PathBuf {
        self.folder.path().join("plan")
    }

    fn hits_file(&self) -> PathBuf {
        self.folder.path().join("plan.hits")
    }

    /// Whole at once: the server reads it at any time.
    fn write(&self, text: &str) {
        let new = self.folder.path().join("new");
        fs::write(&new, text).expect("it is ours");
        fs::rename(new, self.plan()).expect("it is ours");
    }
}

/// The library, compiled once a process.
fn library() -> &'static Path {
    static LIBRARY: OnceLock<PathBuf> = OnceLock::new();
    LIBRARY.get_or_init(|| {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/blackbox/harness/disk.c");
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let (new, library) =
            (folder.join(format!("disk-{}", std::process::id())), folder.join("disk.so"));
        let compiled = Command::new("cc")
            .args(["-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror", "-o"])
            .args([&new, &source])
            .arg("-ldl")
            .status();
        assert!(
            compiled.as_ref().is_ok_and(|status| status.success()),
            "`cc` does not compile {}: {compiled:?}",
            source.display()
        );
        fs::rename(new, &library).expect("it is ours");
        library
    })
}
