//! Removal of leaves. The kernel removes a cgroup only when the last process in it is gone, and a killed one takes a
//! while to give its memory back; so one thread waits for all of them.

use super::write;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

/// Beginning of the name of a worker's leaf.
pub const PREFIX: &str = "worker-";

/// First pause between two tries; each further one is twice as long.
const PAUSE: Duration = Duration::from_millis(1);

/// Tries per leaf: two seconds in all.
const TRIES: u32 = 11;

/// A handle to the thread.
#[derive(Clone, Debug)]
pub struct Sweeper(Sender<PathBuf>);

impl Sweeper {
    /// Starts the thread; it ends with its last handle.
    ///
    /// # Errors
    /// When no thread can be had.
    pub fn start() -> io::Result<Self> {
        let (sender, leaves) = channel::<PathBuf>();
        std::thread::Builder::new()
            .name("cgroups".into())
            .spawn(move || leaves.iter().for_each(|leaf| remove(&leaf)))?;
        Ok(Self(sender))
    }

    /// Removes a leaf, soon.
    pub fn remove(&self, leaf: PathBuf) {
        // Without the thread it is removed at the next start.
        let _ = self.0.send(leaf);
    }
}

/// Removes what a former process left. Its workers have died with it, or die now.
pub fn leftovers(directory: &Path) {
    let Ok(entries) = fs::read_dir(directory) else { return };
    let names = entries.filter_map(Result::ok).filter(|entry| {
        let name = entry.file_name();
        name.to_str().is_some_and(|name| name.starts_with(PREFIX))
            && entry.file_type().is_ok_and(|kind| kind.is_dir())
    });
    names.for_each(|entry| remove(&entry.path()));
}

fn remove(leaf: &Path) {
    // Kernels before 5.14 lack the file; a worker is killed by other means, too.
    let _ = write(&leaf.join("cgroup.kill"), "1");
    for attempt in 0..TRIES {
        match fs::remove_dir(leaf) {
            Ok(()) => return,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return,
            Err(error) if attempt + 1 == TRIES => {
                tracing::warn!(leaf = %leaf.display(), %error, "a worker's cgroup stays until the next start");
            }
            Err(_) => std::thread::sleep(PAUSE * 2u32.pow(attempt)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaves_of_a_former_process_go_and_everything_else_stays() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        for name in ["worker-0", "worker-17", "supervisor", "other"] {
            fs::create_dir(dir.path().join(name)).expect("a directory");
        }
        fs::write(dir.path().join("worker-file"), "").expect("a file");
        leftovers(dir.path());
        let mut names: Vec<String> = fs::read_dir(dir.path())
            .expect("it is there")
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        assert_eq!(names, ["other", "supervisor", "worker-file"]);
    }

    #[test]
    fn a_leaf_that_is_not_empty_yet_is_removed_when_it_is() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let (leaf, inside) = (dir.path().join("worker-0"), dir.path().join("worker-0/busy"));
        fs::create_dir_all(&inside).expect("directories");
        let task = std::thread::spawn({
            let leaf = leaf.clone();
            move || remove(&leaf)
        });
        fs::remove_dir(&inside).expect("it is empty");
        task.join().expect("it does not panic");
        assert!(!leaf.exists());
    }
}
