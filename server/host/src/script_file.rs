//! Scripts that `run_js` reads from a file of this machine. Not the files of scripts, and not the running.

use mcp_v8_policy::{Allowed, Context, Denied, Gate, RunJsFileRequest};
use mcp_v8_sandbox::Code;
use mcp_v8_sandbox::host_call::{Caller, HostError};
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Longest path, bytes, as the system has it.
const PATH_BYTES_MAX: usize = 4096;

/// Reads script files that a policy allows.
pub struct ScriptFiles {
    gate: Arc<Gate>,
}

#[derive(Debug, thiserror::Error)]
enum ScriptFileError {
    #[error("it is not a path")]
    NotAPath,
    #[error(transparent)]
    Denied(#[from] Box<Denied>),
    #[error("{path}: {source}")]
    Unreadable { path: String, source: io::Error },
    #[error("{0} is not a regular file")]
    NotAFile(String),
    #[error("{path} is longer than {limit} bytes (limits.source_bytes)")]
    TooLong { path: String, limit: u64 },
    #[error("{0} is not UTF-8")]
    NotUtf8(String),
}

impl ScriptFileError {
    fn code(&self) -> Code {
        match self {
            Self::NotAPath | Self::NotAFile(_) | Self::NotUtf8(_) => Code::ErrorRequest,
            Self::Denied(denied) => denied.code(),
            Self::Unreadable { .. } => Code::ErrorNotFound,
            Self::TooLong { .. } => Code::LimitSize,
        }
    }
}

/// A file that was found and not read: a descriptor that can only be asked what it is of.
struct Found {
    file: File,
    path: PathBuf,
}

impl ScriptFiles {
    pub fn new(gate: Arc<Gate>) -> Self {
        Self { gate }
    }

    /// The text of a file, at most `most` bytes. The policy judges the path of what was opened, and that is read. A
    /// relative path starts at the server's working directory.
    ///
    /// # Errors
    /// [`HostError`]: denied, or whatever is wrong with the file. What is not there is denied where it would be.
    pub async fn read(
        &self,
        caller: Caller,
        requested: &str,
        most: u64,
    ) -> Result<String, HostError> {
        let read = self.text(caller, requested, most).await;
        read.map_err(|error| HostError::coded(error.code(), "Error", format!("file: {error}")))
    }

    async fn text(
        &self,
        caller: Caller,
        requested: &str,
        most: u64,
    ) -> Result<String, ScriptFileError> {
        if requested.is_empty() || requested.len() > PATH_BYTES_MAX || requested.contains('\0') {
            return Err(ScriptFileError::NotAPath);
        }
        let context = Context::new(caller.principal, caller.execution, caller.session);
        let named = std::path::absolute(requested).map_err(|_| ScriptFileError::NotAPath)?;
        let found = blocking({
            let named = named.clone();
            move || find(&named)
        })
        .await;
        let path = found.as_ref().map_or(named.as_path(), |found| found.path.as_path());
        let path = path.to_str().ok_or(ScriptFileError::NotAPath)?.to_owned();
        let request = RunJsFileRequest::new(path.clone(), requested);
        let allowed = self.gate.check(&context, request).await.map_err(Box::new)?;
        let unreadable = |source| ScriptFileError::Unreadable { path: path.clone(), source };
        let found = found.map_err(unreadable)?;
        if !found.file.metadata().map_err(unreadable)?.is_file() {
            return Err(ScriptFileError::NotAFile(path));
        }
        let bytes = blocking(move || read(&allowed, &found, most)).await.map_err(unreadable)?;
        if bytes.len() as u64 > most {
            return Err(ScriptFileError::TooLong { path, limit: most });
        }
        String::from_utf8(bytes).map_err(|_| ScriptFileError::NotUtf8(path))
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(io::Error::other)?
}

/// Opens without reading, so that nothing happens to a device or a pipe, and asks the system what was opened.
#[cfg(target_os = "linux")]
fn find(path: &Path) -> io::Result<Found> {
    use rustix::fs::{Mode, OFlags};
    use std::os::fd::AsRawFd;
    let opened = rustix::fs::open(path, OFlags::PATH | OFlags::CLOEXEC, Mode::empty())?;
    let path = std::fs::read_link(format!("/proc/self/fd/{}", opened.as_raw_fd()))?;
    Ok(Found { file: opened.into(), path })
}

/// One byte more than may be, so that a longer file is noticed.
#[cfg(target_os = "linux")]
fn read(_allowed: &Allowed<RunJsFileRequest>, found: &Found, most: u64) -> io::Result<Vec<u8>> {
    use std::os::fd::AsRawFd;
    let mut bytes = Vec::new();
    let file = File::open(format!("/proc/self/fd/{}", found.file.as_raw_fd()))?;
    file.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Without descriptors that know their path the name is resolved first; what is opened must be no link by then.
#[cfg(not(target_os = "linux"))]
fn find(path: &Path) -> io::Result<Found> {
    use rustix::fs::{Mode, OFlags};
    let path = std::fs::canonicalize(path)?;
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let opened = rustix::fs::open(&path, flags, Mode::empty())?;
    Ok(Found { file: opened.into(), path })
}

#[cfg(not(target_os = "linux"))]
fn read(_allowed: &Allowed<RunJsFileRequest>, found: &Found, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    (&found.file).take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok(bytes)
}
