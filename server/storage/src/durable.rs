//! Making directories that are still there after a loss of power. Not what lies in them.

use std::{
    fs::{DirBuilder, File},
    io,
    os::unix::fs::DirBuilderExt,
    path::Path,
};

/// Makes a directory, mode 0700, and all that is missing above it; what was made is flushed before this answers.
pub(crate) fn make_dirs(path: &Path) -> io::Result<()> {
    let made: Vec<&Path> = path.ancestors().take_while(|above| !above.exists()).collect();
    DirBuilder::new().recursive(true).mode(0o700).create(path)?;
    // From the top, so that there is never a flushed name in a directory that has none itself.
    made.into_iter().rev().filter_map(Path::parent).try_for_each(sync)
}

/// Flushes the names in a directory.
pub(crate) fn sync(dir: &Path) -> io::Result<()> {
    // The parent of a relative name is the empty path.
    let dir = if dir.as_os_str().is_empty() { Path::new(".") } else { dir };
    File::open(dir)?.sync_all()
}
