//! The inside of a keeper: a process between the server and one child, started as this binary again. `outer` leaves the
//! server's namespaces, because only what is started after that is in them; `inner` is the first process in there, starts
//! the program, and ends with all that came of it.

mod tree;

use super::order::{Confine, Descriptors, Order, Word, receive, say};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{Mode, OFlags, fstat, open};
use rustix::io::Errno;
use rustix::process::{
    Pid, PidfdFlags, Resource, Rlimit, Signal, WaitOptions, kill_process, pidfd_open, setrlimit,
    wait,
};
use std::io::{self, Read};
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How often processes are counted and reaped.
const LOOK: Timespec = Timespec { tv_sec: 0, tv_nsec: 50_000_000 };

/// Ended processes that are reaped between two looks.
const REAPED_AT_ONCE: usize = 256;

/// Longest wait for killed processes to be gone, where no namespace takes them along.
const GONE: Duration = Duration::from_secs(2);

/// The walls around a child; they say in words what this kernel lacks. From outside, because only one crate may make the
/// system calls.
pub struct Walls {
    /// Leaves namespaces, with `true` not that of the network.
    pub separate: fn(bool) -> Vec<String>,
    /// Prepares the first process in the new ones.
    pub first: fn(&mut Command, u64),
    /// Shuts the calling thread in, and all that it starts.
    pub restrict: fn(&Confine) -> Vec<String>,
}

/// See [`Confine`]; for [`Walls`] in other crates.
pub use super::order::Confine as Confinement;

/// The first of the two processes. Returns when the second has ended.
///
/// # Errors
/// When the second cannot be started.
pub fn outer(walls: &Walls, network: bool, max_processes: u64) -> io::Result<()> {
    let missing = (walls.separate)(network);
    let mut inner = Command::new("/proc/self/exe");
    inner.args(["child", "--inner"]).env_clear().stdout(Stdio::null());
    for one in missing {
        inner.arg("--missing").arg(one);
    }
    (walls.first)(&mut inner, max_processes);
    inner.spawn()?.wait().map(drop)
}

/// The second. Its standard input is the socket to the server.
///
/// # Errors
/// When the server is gone; everything is ended then.
pub fn inner(walls: &Walls, mut missing: Vec<String>) -> io::Result<()> {
    // Dies with the first, and so with whatever kills that.
    rustix::process::set_parent_process_death_signal(Some(Signal::KILL))?;
    // What loses its parent comes here, where no namespace sees to that.
    rustix::process::set_child_subreaper(Some(rustix::process::getpid()))?;
    setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) })?;
    let mut control = UnixStream::from(io::stdin().as_fd().try_clone_to_owned()?);
    let (order, descriptors) = receive(&mut control)?;
    // For whoever is not the superuser the kernel counts too, in a user namespace only what is in it.
    let most = Some(order.max_processes.saturating_add(8));
    setrlimit(Resource::Nproc, Rlimit { current: most, maximum: most })?;
    // The keeper itself needs little of either.
    for (resource, most) in [(Resource::Data, order.max_memory), (Resource::Fsize, order.max_file)]
    {
        setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) })?;
    }
    let max_processes = order.max_processes;
    // In a thread of its own: this one must go on looking at processes.
    let restrict = walls.restrict;
    let started = std::thread::spawn(move || start(order, descriptors, restrict)).join();
    let started = started.map_err(|_| io::Error::other("the thread that starts the program"))?;
    let child = match started {
        Ok((child, more)) => {
            missing.extend(more);
            child
        }
        Err(Failure::Missing(more)) => {
            missing.extend(more);
            return say(&mut control, &Word::Unconfined { missing });
        }
        Err(Failure::Start(error)) => {
            return say(&mut control, &Word::Failed { errno: error.raw_os_error().unwrap_or(5) });
        }
    };
    say(&mut control, &Word::Started { missing })?;
    let word = keep(child, &mut control, max_processes);
    // Gone before it is told.
    end_all();
    match word? {
        Some(word) => say(&mut control, &word),
        None => Ok(()),
    }
}

enum Failure {
    Missing(Vec<String>),
    Start(io::Error),
}

fn start(
    order: Order,
    descriptors: Descriptors,
    restrict: fn(&Confine) -> Vec<String>,
) -> Result<(Pid, Vec<String>), Failure> {
    let Descriptors { input, output, error, program, cwd } = descriptors;
    let cwd = here(&order.cwd, &cwd).map_err(Failure::Start)?;
    let program = here(&order.program, &program).map_err(Failure::Start)?;
    rustix::process::fchdir(cwd).map_err(|errno| Failure::Start(errno.into()))?;
    let missing = restrict(&order.confine);
    if order.confine.required && !missing.is_empty() {
        return Err(Failure::Missing(missing));
    }
    // By the descriptor: the file that was judged, whatever has its name by now.
    let path = match order.script {
        true => order.program,
        false => format!("/proc/self/fd/{}", program.as_raw_fd()).into(),
    };
    let mut command = Command::new(path);
    command
        .arg0(order.name)
        .args(order.args)
        .env_clear()
        .envs(order.env)
        .stdin(input)
        .stdout(output)
        .stderr(error)
        .process_group(0);
    let child = command.spawn().map_err(Failure::Start)?;
    let id = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    id.map(|id| (id, missing)).ok_or_else(|| Failure::Start(io::Error::from_raw_os_error(5)))
}

/// What was judged, opened again: a descriptor from other namespaces has no path in these. It must be the very same.
fn here(path: &Path, judged: &OwnedFd) -> io::Result<OwnedFd> {
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let fd = open(path, flags, Mode::empty())?;
    let (own, other) = (fstat(&fd)?, fstat(judged)?);
    if (own.st_dev, own.st_ino) == (other.st_dev, other.st_ino) {
        Ok(fd)
    } else {
        Err(Errno::NOENT.into())
    }
}

/// Until the program ends, there are too many processes, or the server wants no more: then there is nothing to say.
fn keep(child: Pid, control: &mut UnixStream, max_processes: u64) -> io::Result<Option<Word>> {
    let pidfd = pidfd_open(child, PidfdFlags::empty()).ok();
    loop {
        let mut fds = vec![PollFd::new(&*control, PollFlags::IN)];
        fds.extend(pidfd.as_ref().map(|pidfd| PollFd::new(pidfd, PollFlags::IN)));
        let _ = poll(&mut fds, Some(&LOOK));
        if fds[0].revents().intersects(PollFlags::IN | PollFlags::HUP) {
            let mut signal = [0];
            if control.read(&mut signal)? == 0 {
                return Ok(None);
            }
            if let Some(signal) = Signal::from_named_raw(i32::from(signal[0])) {
                let _ = kill_process(child, signal);
            }
        }
        // Not all at once: a fork bomb has an end for every look.
        for _ in 0..REAPED_AT_ONCE {
            let Ok(Some((pid, status))) = wait(WaitOptions::NOHANG) else { break };
            if pid == child {
                let (code, signal) = (status.exit_status(), status.terminating_signal());
                return Ok(Some(Word::Exited { code, signal }));
            }
        }
        if tree::more_than(max_processes) {
            return Ok(Some(Word::TooMany));
        }
    }
}

/// Kills what is left. In a namespace of its own the kernel does the rest when this process ends.
fn end_all() {
    let begun = Instant::now();
    while begun.elapsed() < GONE {
        // In a namespace without a /proc of its own these are numbers of the outside, which are nobody's inside.
        let all = tree::below_self();
        if all.is_empty() || rustix::process::getpid() == Pid::INIT {
            return;
        }
        for id in all {
            let _ = kill_process(id, Signal::KILL);
        }
        while let Ok(Some(_)) = wait(WaitOptions::NOHANG) {}
        let _ = poll(&mut [], Some(&Timespec { tv_sec: 0, tv_nsec: 1_000_000 }));
    }
}
