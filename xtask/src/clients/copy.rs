//! Copying a folder of sources over another. It removes nothing: installed packages lie in between.

use std::fs;
use std::io::Result;
use std::path::Path;

/// Folders that belong to the copy and not to the sources.
const LEFT_OUT: [&str; 2] = ["node_modules", "__pycache__"];

/// Copies every file below `from` to the same place below `to`.
pub fn folder(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if !entry.file_type()?.is_dir() {
            fs::copy(entry.path(), target)?;
        } else if !LEFT_OUT.iter().any(|name| entry.file_name() == *name) {
            folder(&entry.path(), &target)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_are_copied_over_and_installed_packages_stay() {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let (from, to) = (directory.path().join("from"), directory.path().join("to"));
        for (path, text) in [
            (from.join("run.py"), "new"),
            (from.join("ts/client.mjs"), "new"),
            (from.join("node_modules/a/index.js"), "new"),
            (to.join("run.py"), "old"),
            (to.join("node_modules/b/index.js"), "old"),
        ] {
            fs::create_dir_all(path.parent().expect("it is in a folder")).expect("a folder");
            fs::write(path, text).expect("it can be written");
        }
        folder(&from, &to).expect("it can be copied");
        assert_eq!(fs::read_to_string(to.join("run.py")).expect("it is there"), "new");
        assert!(to.join("ts/client.mjs").exists());
        assert!(to.join("node_modules/b/index.js").exists());
        assert!(!to.join("node_modules/a").exists());
    }
}
