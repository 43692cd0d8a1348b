//! Files with secrets in them, read only where nobody else could have read them. Not what the secrets are for.

use rustix::process::getuid;
use std::{
    fs::{File, Metadata},
    io::{self, Read},
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};
use zeroize::Zeroizing;

/// Why a file with a secret is not used.
#[derive(Debug, thiserror::Error)]
pub enum PrivateFileError {
    #[error("cannot {action} {}", path.display())]
    Files { action: &'static str, path: PathBuf, source: io::Error },
    #[error("{} is not a regular file", .0.display())]
    NotAFile(PathBuf),
    #[error(
        "{} holds a secret and has mode {mode:03o} and owner {owner}: others can read or change it; chmod 600, and it must be yours or root's",
        path.display()
    )]
    Exposed { path: PathBuf, mode: u32, owner: u32 },
    #[error("{} is larger than {limit} bytes", path.display())]
    TooLarge { path: PathBuf, limit: u64 },
}

impl PrivateFileError {
    pub(crate) fn files(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Files { action, path, source }
    }

    pub(crate) fn is_missing(&self) -> bool {
        matches!(self, Self::Files { source, .. } if source.kind() == io::ErrorKind::NotFound)
    }
}

/// The whole file, of at most `limit` bytes. Whether it is private is judged on the opened file, not on its name.
pub(crate) fn read(path: &Path, limit: u64) -> Result<Zeroizing<Vec<u8>>, PrivateFileError> {
    let file = File::open(path).map_err(PrivateFileError::files("open", path))?;
    let metadata = file.metadata().map_err(PrivateFileError::files("inspect", path))?;
    judge(path, &metadata)?;
    // Sized at once, so that growing leaves no copies behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(limit as usize + 1));
    file.take(limit + 1).read_to_end(&mut bytes).map_err(PrivateFileError::files("read", path))?;
    if bytes.len() as u64 > limit {
        return Err(PrivateFileError::TooLarge { path: path.to_owned(), limit });
    }
    Ok(bytes)
}

fn judge(path: &Path, metadata: &Metadata) -> Result<(), PrivateFileError> {
    if !metadata.is_file() {
        return Err(PrivateFileError::NotAFile(path.to_owned()));
    }
    let (mode, owner) = (metadata.mode() & 0o777, metadata.uid());
    if exposed(mode, owner, getuid().as_raw()) {
        return Err(PrivateFileError::Exposed { path: path.to_owned(), mode, owner });
    }
    Ok(())
}

/// Nobody but the owner may have a right; except that root may let the group of the server read. systemd's
/// credentials (systemd.exec(5), `LoadCredential=`) are such files: root's, mode 0440 with an access list.
fn exposed(mode: u32, owner: u32, me: u32) -> bool {
    let others = if owner == 0 && me != 0 { 0o037 } else { 0o077 };
    mode & others != 0 || (owner != me && owner != 0)
}

#[cfg(test)]
mod tests {
    use super::exposed;

    #[test]
    fn only_the_owner_may_read_a_secret_or_the_group_that_root_chose() {
        for (mode, owner, me, bad) in [
            (0o600, 7, 7, false),
            (0o400, 7, 7, false),
            (0o640, 7, 7, true),
            (0o604, 7, 7, true),
            (0o660, 7, 7, true),
            (0o600, 8, 7, true),
            (0o440, 0, 7, false),
            (0o640, 0, 7, false),
            (0o660, 0, 7, true),
            (0o444, 0, 7, true),
            (0o440, 0, 0, true),
            (0o600, 0, 0, false),
        ] {
            assert_eq!(exposed(mode, owner, me), bad, "{mode:o} of {owner} read by {me}");
        }
    }
}
