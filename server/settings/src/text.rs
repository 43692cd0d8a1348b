//! Reading one text file of bounded size. Not parsing.

use crate::problem::Problem;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// The bytes of a file, at most `limit`. The size is enforced while reading: a device or a pipe has none to ask for.
pub(crate) fn read_bytes(path: &Path, limit: usize) -> Result<Vec<u8>, Problem> {
    let unreadable = |error: std::io::Error| Problem::Unreadable(error.to_string());
    let file = File::open(path).map_err(unreadable)?;
    let mut bytes = Vec::new();
    file.take(limit as u64 + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() > limit { Err(Problem::TooLarge { limit }) } else { Ok(bytes) }
}

/// The same as text.
pub(crate) fn read(path: &Path, limit: usize) -> Result<String, Problem> {
    String::from_utf8(read_bytes(path, limit)?).map_err(|_| Problem::NotUtf8)
}
