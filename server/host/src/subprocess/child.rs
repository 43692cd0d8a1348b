//! One child from the server's side: its pipes, its keeper, its end. Not the decision to start it.

use super::fault::Fault;
use super::order::{Descriptors, Order, Word, send};
use super::resolve::name_of;
use mcp_v8_sandbox::Code;
use mcp_v8_sandbox::host_call::child::{ChildExit, ChildOutput, Piped};
use rustix::io::Errno;
use std::fs::OpenOptions;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream as Pair;
use std::path::Path;
use std::process::Stdio;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::net::UnixStream;
use tokio::net::unix::pipe::{Receiver, Sender};
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::process::{Child as Process, Command};
use tokio::sync::{Mutex, mpsc, watch};
use tokio::time::{Instant, timeout};

/// How long a keeper may take to end what it keeps, before it is killed.
const ENDING: Duration = Duration::from_secs(3);

/// A child that was started. Dropping it ends it.
pub struct Child {
    input: Mutex<Option<Sender>>,
    output: Mutex<Output>,
    error: Mutex<Output>,
    wishes: mpsc::UnboundedSender<Wish>,
    end: watch::Receiver<Option<ChildExit>>,
    /// Bytes read from both outputs, and how many may be.
    read: AtomicU64,
    max_output: u64,
    /// In words, what its confinement lacks.
    pub missing: Vec<String>,
}

/// An output of a child.
enum Output {
    NotPiped,
    Open(Receiver),
    /// Read to its end.
    Over,
}

/// What the task that holds the keeper is asked for.
enum Wish {
    Signal(u8),
    End(Reason),
}

/// A limit that ends a child.
pub struct Reason {
    pub code: Code,
    pub why: String,
}

/// How long a child may run, and what is said when it is over.
pub struct Time {
    pub limit: Duration,
    pub why: String,
}

/// What a child is started with besides its order.
pub struct Setup<'s> {
    pub keeper: &'s Path,
    pub network: bool,
    pub piped: Piped,
    pub time: Time,
    pub max_output: u64,
    pub max_processes: u64,
}

impl Child {
    /// Starts it. `program` and `cwd` are the descriptors that were judged.
    ///
    /// # Errors
    /// [`Fault`]: nothing of it runs.
    pub async fn start(
        setup: Setup<'_>,
        order: Order,
        program: OwnedFd,
        cwd: OwnedFd,
        command: &str,
    ) -> Result<Self, Fault> {
        let (child_input, input) = ends(setup.piped.input, true).map_err(Fault::Pipe)?;
        let (child_output, output) = ends(setup.piped.output, false).map_err(Fault::Pipe)?;
        let (child_error, error) = ends(setup.piped.error, false).map_err(Fault::Pipe)?;
        let descriptors = Descriptors {
            input: child_input,
            output: child_output,
            error: child_error,
            program,
            cwd,
        };
        let keeper = |error: io::Error| Fault::Keeper(error.to_string());
        let (ours, theirs) = Pair::pair().map_err(keeper)?;
        let process = spawn(&setup, theirs).map_err(keeper)?;
        let mut control = Control::hand_over(ours, order, descriptors).await.map_err(keeper)?;
        let missing = match control.word().await {
            Some(Word::Started { missing }) => missing,
            Some(Word::Failed { errno }) => {
                let errno = name_of(Errno::from_raw_os_error(errno));
                return Err(Fault::Spawn { command: command.to_owned(), errno, why: None });
            }
            Some(Word::Unconfined { missing }) => return Err(Fault::Jail(missing.join("; "))),
            _ => return Err(Fault::Keeper("its keeper ended".to_owned())),
        };
        let (wishes, asked) = mpsc::unbounded_channel();
        let (ended, end) = watch::channel(None);
        tokio::spawn(async move {
            let exit = keep(process, control, asked, setup_time(setup.time)).await;
            let _ = ended.send(Some(exit));
        });
        let receiver = |end: Option<OwnedFd>| match end {
            Some(end) => Receiver::from_owned_fd(end).map(Output::Open),
            None => Ok(Output::NotPiped),
        };
        Ok(Self {
            input: Mutex::new(input.map(Sender::from_owned_fd).transpose().map_err(Fault::Pipe)?),
            output: Mutex::new(receiver(output).map_err(Fault::Pipe)?),
            error: Mutex::new(receiver(error).map_err(Fault::Pipe)?),
            wishes,
            end,
            read: AtomicU64::new(0),
            max_output: setup.max_output,
            missing,
        })
    }

    /// The next bytes, none at the end.
    pub async fn read(&self, which: ChildOutput, most: usize) -> Result<Vec<u8>, Fault> {
        let pipe = match which {
            ChildOutput::Output => &self.output,
            ChildOutput::Error => &self.error,
        };
        let mut pipe = pipe.lock().await;
        let open = match &mut *pipe {
            Output::Open(open) => open,
            Output::Over => return Ok(Vec::new()),
            Output::NotPiped => return Err(Fault::NotPiped),
        };
        let mut bytes = vec![0; most];
        let count = open.read(&mut bytes).await.map_err(Fault::Pipe)?;
        bytes.truncate(count);
        if count == 0 {
            *pipe = Output::Over;
        }
        let total = self.read.fetch_add(count as u64, Relaxed) + count as u64;
        if total > self.max_output {
            let mb = self.max_output >> 20;
            let why = format!(
                "its outputs together may have {mb} MiB (policies.subprocess.max_output_mb)"
            );
            self.stop(Reason { code: Code::LimitOutput, why });
            bytes.clear();
        }
        Ok(bytes)
    }

    pub async fn write(&self, bytes: &[u8]) -> Result<(), Fault> {
        let mut pipe = self.input.lock().await;
        let open = pipe.as_mut().ok_or(Fault::NotPiped)?;
        open.write_all(bytes).await.map_err(|error| match error.kind() {
            io::ErrorKind::BrokenPipe => Fault::Broken,
            _ => Fault::Pipe(error),
        })
    }

    pub async fn close_input(&self) {
        self.input.lock().await.take();
    }

    /// Its end, and that of all it has started.
    pub async fn wait(&self) -> ChildExit {
        let mut end = self.end.clone();
        let exit = end.wait_for(Option::is_some).await.map(|exit| exit.clone());
        // The task ends with a word, unless the server is ending.
        exit.ok().flatten().unwrap_or(ChildExit {
            code: None,
            signal: None,
            limit: None,
            why: None,
        })
    }

    /// Becomes something at its end.
    pub fn end(&self) -> watch::Receiver<Option<ChildExit>> {
        self.end.clone()
    }

    pub fn signal(&self, number: u8) {
        let _ = self.wishes.send(Wish::Signal(number));
    }

    pub fn stop(&self, reason: Reason) {
        let _ = self.wishes.send(Wish::End(reason));
    }
}

fn setup_time(time: Time) -> (Instant, Reason) {
    (Instant::now() + time.limit, Reason { code: Code::LimitTimeout, why: time.why })
}

/// The child's end of a pipe and ours, or /dev/null and nothing. `reads`: the child reads from it.
fn ends(piped: bool, reads: bool) -> io::Result<(OwnedFd, Option<OwnedFd>)> {
    if !piped {
        let null = OpenOptions::new().read(reads).write(!reads).open("/dev/null")?;
        return Ok((null.into(), None));
    }
    let (reader, writer) = io::pipe()?;
    Ok(match reads {
        true => (reader.into(), Some(writer.into())),
        false => (writer.into(), Some(reader.into())),
    })
}

fn spawn(setup: &Setup<'_>, control: Pair) -> io::Result<Process> {
    let mut command = Command::new(setup.keeper);
    command.arg("child");
    command.arg("--max-processes").arg(setup.max_processes.to_string());
    if setup.network {
        command.arg("--network");
    }
    command
        .env_clear()
        .current_dir("/")
        .stdin(OwnedFd::from(control))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        // A Ctrl-C is for the server.
        .process_group(0)
        .kill_on_drop(true)
        .spawn()
}

/// Holds the keeper until it has ended.
async fn keep(
    mut process: Process,
    mut control: Control,
    mut asked: mpsc::UnboundedReceiver<Wish>,
    (deadline, timed_out): (Instant, Reason),
) -> ChildExit {
    let mut stopped = None;
    let word = loop {
        tokio::select! {
            word = control.word() => break word,
            () = tokio::time::sleep_until(deadline) => {
                stopped = Some(timed_out);
                break None;
            }
            wish = asked.recv() => match wish {
                Some(Wish::Signal(number)) => control.signal(number).await,
                Some(Wish::End(reason)) => {
                    stopped = Some(reason);
                    break None;
                }
                // The run is over.
                None => break None,
            },
        }
    };
    // The keeper takes it for the order to end.
    drop(control);
    if timeout(ENDING, process.wait()).await.is_err() {
        let _ = process.kill().await;
    }
    if word == Some(Word::TooMany) {
        let why = "it has more processes than policies.subprocess.max_processes".to_owned();
        stopped = Some(Reason { code: Code::LimitProcesses, why });
    }
    let (code, signal) = match word {
        Some(Word::Exited { code, signal }) => (code, signal.map(signal_name)),
        _ => (None, Some("SIGKILL".to_owned())),
    };
    let (limit, why) = stopped.map(|reason| (reason.code, reason.why)).unzip();
    ChildExit { code, signal, limit, why }
}

/// The socket to a keeper.
struct Control {
    lines: Lines<BufReader<OwnedReadHalf>>,
    write: OwnedWriteHalf,
}

impl Control {
    async fn hand_over(mut pair: Pair, order: Order, descriptors: Descriptors) -> io::Result<Self> {
        // An order may be larger than the socket holds.
        let send = move || send(&mut pair, &order, &descriptors).map(|()| pair);
        let pair = tokio::task::spawn_blocking(send).await.map_err(io::Error::other)??;
        pair.set_nonblocking(true)?;
        let (read, write) = UnixStream::from_std(pair)?.into_split();
        Ok(Self { lines: BufReader::new(read).lines(), write })
    }

    /// `None` when it is gone. Can be dropped while it waits.
    async fn word(&mut self) -> Option<Word> {
        let line = self.lines.next_line().await.ok()??;
        serde_json::from_str(&line).ok()
    }

    async fn signal(&mut self, number: u8) {
        let _ = self.write.write_all(&[number]).await;
    }
}

/// Signals that scripts name, by number on Linux for every architecture we build for.
const SIGNALS: &[(&str, u8)] = &[
    ("SIGHUP", 1),
    ("SIGINT", 2),
    ("SIGQUIT", 3),
    ("SIGILL", 4),
    ("SIGTRAP", 5),
    ("SIGABRT", 6),
    ("SIGBUS", 7),
    ("SIGFPE", 8),
    ("SIGKILL", 9),
    ("SIGUSR1", 10),
    ("SIGSEGV", 11),
    ("SIGUSR2", 12),
    ("SIGPIPE", 13),
    ("SIGALRM", 14),
    ("SIGTERM", 15),
    ("SIGCHLD", 17),
    ("SIGCONT", 18),
    ("SIGSTOP", 19),
    ("SIGTSTP", 20),
    ("SIGXCPU", 24),
    ("SIGXFSZ", 25),
    ("SIGSYS", 31),
];

/// The number of a signal.
pub fn signal_number(name: &str) -> Option<u8> {
    SIGNALS.iter().find(|(known, _)| *known == name).map(|(_, number)| *number)
}

fn signal_name(number: i32) -> String {
    let known = SIGNALS.iter().find(|(_, known)| i32::from(*known) == number);
    known.map_or_else(|| format!("SIG{number}"), |(name, _)| (*name).to_owned())
}
