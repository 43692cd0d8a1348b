//! A secret of the operator, from a file that only its owner can read. Not what it is for.

use rustix::process::getuid;
use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Longest secret, bytes: tokens are the longest, at some kilobytes.
const BYTES_MAX: u64 = 16 << 10;

/// Shortest secret, bytes: a shorter one could not be found and hidden in what servers answer.
pub(crate) const BYTES_MIN: usize = 8;

/// Why a secret cannot be used. Never says what a file holds.
#[derive(Debug, thiserror::Error)]
pub enum SecretFileError {
    #[error("{}: {source}", path.display())]
    Unreadable { path: PathBuf, source: io::Error },
    #[error("{} is not a regular file", .0.display())]
    NotAFile(PathBuf),
    #[error("{}: others than its owner can read or change it: chmod 600, and it must be the server's or root's", .0.display())]
    Exposed(PathBuf),
    #[error("{} does not hold one line of {BYTES_MIN} to {BYTES_MAX} visible ASCII characters", .0.display())]
    NotOneLine(PathBuf),
}

/// The one line of a file. Whether it is private is judged on the opened file, not on its name. It blocks.
pub(crate) fn read(path: &Path) -> Result<Zeroizing<String>, SecretFileError> {
    let unreadable = |source| SecretFileError::Unreadable { path: path.to_owned(), source };
    // Looked at first: opening a pipe waits for its other end.
    if !std::fs::metadata(path).map_err(unreadable)?.is_file() {
        return Err(SecretFileError::NotAFile(path.to_owned()));
    }
    let file = File::open(path).map_err(unreadable)?;
    let metadata = file.metadata().map_err(unreadable)?;
    if !is_private(&metadata, getuid().as_raw()) {
        return Err(SecretFileError::Exposed(path.to_owned()));
    }
    // Sized at once, so that growing leaves no copies behind.
    let mut text = Zeroizing::new(String::with_capacity(BYTES_MAX as usize + 1));
    match file.take(BYTES_MAX + 1).read_to_string(&mut text) {
        Err(error) if error.kind() != io::ErrorKind::InvalidData => return Err(unreadable(error)),
        _ => {}
    }
    let line = text.trim_ascii();
    let good = (BYTES_MIN..=BYTES_MAX as usize).contains(&line.len())
        && line.bytes().all(|byte| byte.is_ascii_graphic());
    let line = good.then(|| Zeroizing::new(line.to_owned()));
    line.ok_or_else(|| SecretFileError::NotOneLine(path.to_owned()))
}

/// The same, from an async thread.
pub(crate) async fn read_in_background(path: &Path) -> Result<Zeroizing<String>, SecretFileError> {
    let own = path.to_owned();
    let unreadable = |error| SecretFileError::Unreadable {
        path: path.to_owned(),
        source: io::Error::other(error),
    };
    tokio::task::spawn_blocking(move || read(&own)).await.map_err(unreadable)?
}

/// systemd's credentials (systemd.exec(5), `LoadCredential=`) are root's with mode 0440 and an access list.
fn is_private(metadata: &Metadata, me: u32) -> bool {
    let (mode, owner) = (metadata.mode(), metadata.uid());
    let others = if owner == 0 && me != 0 { 0o037 } else { 0o077 };
    mode & others == 0 && (owner == me || owner == 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt;

    fn secret(text: &str, mode: u32) -> Result<Zeroizing<String>, SecretFileError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
        read(&path)
    }

    #[test]
    fn a_secret_is_one_line_of_a_private_file() {
        assert_eq!(secret("hunter2hunter2\n", 0o600).unwrap().as_str(), "hunter2hunter2");
        for (text, mode) in [
            ("hunter2hunter2", 0o644),
            ("hunter2hunter2", 0o640),
            ("hunter2", 0o600),
            ("", 0o600),
            ("hunter2\r\nX-Other: a", 0o600),
            ("hunter2 hunter2", 0o600),
            (&"x".repeat(BYTES_MAX as usize + 1), 0o600),
        ] {
            let error = secret(text, mode).unwrap_err().to_string();
            assert!(!error.contains("hunter2"), "{error}");
        }
        assert!(matches!(read(Path::new("/dev/zero")), Err(SecretFileError::NotAFile(_))));
    }
}
