//! The base snapshot as the server holds it: an opaque, sealed file in memory that every worker maps.

use crate::error::StartError;
use crate::spawner::{Spawner, WorkerBinary};
use std::os::fd::OwnedFd;
use std::time::Duration;

/// Tries to seal the file, 150 ms each by the kernel itself, and the pause between two.
const SEAL_TRIES: u32 = 10;
const SEAL_PAUSE: Duration = Duration::from_millis(50);

/// The base snapshot of this binary.
#[derive(Debug)]
pub struct Base(pub(crate) OwnedFd);

impl Base {
    /// Lets a worker of its own make the base: this process never starts V8. About 150 ms.
    ///
    /// # Errors
    /// [`StartError::Base`] when that worker fails.
    pub async fn make(binary: &WorkerBinary, spawner: &Spawner) -> Result<Self, StartError> {
        let file = anonymous_file().map_err(StartError::BaseFile)?;
        let for_child = file.try_clone().map_err(StartError::BaseFile)?;
        let mut child = spawner.spawn_base_maker(binary, for_child).await?;
        let status = child.wait().await.map_err(StartError::spawning(binary))?;
        if !status.success() {
            return Err(StartError::Base { status });
        }
        sealed(&file).await.map_err(StartError::BaseFile)?;
        Ok(Self(file))
    }
}

/// Seals it. While the machine is busy the kernel may hold pages of a file that was just written for a moment longer
/// than it waits for them itself, and says EBUSY.
async fn sealed(file: &OwnedFd) -> std::io::Result<()> {
    for _ in 1..SEAL_TRIES {
        match seal(file) {
            Err(error) if error.kind() == std::io::ErrorKind::ResourceBusy => {
                tokio::time::sleep(SEAL_PAUSE).await;
            }
            other => return other,
        }
    }
    seal(file)
}

#[cfg(target_os = "linux")]
fn anonymous_file() -> std::io::Result<OwnedFd> {
    use rustix::fs::{MemfdFlags, memfd_create};
    Ok(memfd_create(c"mcp-v8-base", MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING)?)
}

/// From here on nobody, not even a worker that holds it, can change it.
#[cfg(target_os = "linux")]
fn seal(file: &OwnedFd) -> std::io::Result<()> {
    use rustix::fs::{SealFlags, fcntl_add_seals};
    Ok(fcntl_add_seals(
        file,
        SealFlags::WRITE | SealFlags::SHRINK | SealFlags::GROW | SealFlags::SEAL,
    )?)
}

#[cfg(not(target_os = "linux"))]
fn anonymous_file() -> std::io::Result<OwnedFd> {
    let path = std::env::temp_dir().join(format!("mcp-v8-base-{}", std::process::id()));
    let file = std::fs::File::options().read(true).write(true).create_new(true).open(&path)?;
    std::fs::remove_file(&path)?;
    Ok(file.into())
}

#[cfg(not(target_os = "linux"))]
fn seal(_file: &OwnedFd) -> std::io::Result<()> {
    Ok(())
}
