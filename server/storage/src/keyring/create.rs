//! Making a key file that is there whole or not at all, durable before a key of it is used.

use super::{KeyringError, file, random};
use crate::{durable, private::PrivateFileError};
use data_encoding::HEXLOWER;
use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

/// Makes the file, unless somebody else makes it at the same time. A hard link puts it in place: unlike a rename it
/// never replaces what another server has made and already sealed with.
pub(super) fn create(path: &Path) -> Result<(), KeyringError> {
    let dir = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    durable::make_dirs(dir).map_err(PrivateFileError::files("make the directory", dir))?;
    let text = file::format(&random()?, &random()?);
    let mut temp = path.as_os_str().to_owned();
    temp.push(format!(".new-{}", HEXLOWER.encode(&random()?[..8])));
    let temp = Path::new(&temp);
    let made = write(temp, text.as_bytes()).and_then(|()| match fs::hard_link(temp, path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        other => other.map_err(PrivateFileError::files("put in place", path)),
    });
    // Whatever happened: a key that nobody uses must not lie around.
    let removed = fs::remove_file(temp).map_err(PrivateFileError::files("remove", temp));
    made?;
    removed?;
    Ok(durable::sync(dir).map_err(PrivateFileError::files("flush the directory", dir))?)
}

fn write(path: &Path, text: &[u8]) -> Result<(), PrivateFileError> {
    let written = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).and_then(
        |mut file| {
            file.write_all(text)?;
            file.sync_all()
        },
    );
    written.map_err(PrivateFileError::files("write", path))
}
