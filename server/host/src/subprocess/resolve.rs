//! From a command as a script wrote it to the file that is executed, held open; and to the request a policy judges.

use super::environment::{Environment, environment};
use super::fault::Fault;
use mcp_v8_policy::{SubprocessKind, SubprocessRequest};
use mcp_v8_sandbox::host_call::child::{ARGUMENT_BYTES_MAX, ARGUMENTS_MAX, ChildKind, ChildStart};
use mcp_v8_settings::Subprocess;
use rustix::fs::{Access, AtFlags, CWD, Mode, OFlags, accessat, open};
use rustix::io::Errno;
use std::fs::File;
use std::io::Read;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

/// The shell, by the path that POSIX systems have it at.
const SHELL: &str = "/bin/sh";

/// What was looked up, ready to be judged and started.
pub struct Resolved {
    pub request: SubprocessRequest,
    pub program: Program,
    pub cwd: OwnedFd,
    pub environment: Environment,
}

/// The file that is executed.
pub struct Program {
    pub fd: OwnedFd,
    /// It begins with `#!`: started by path.
    pub script: bool,
    /// The last part of the name it was found by: `argv[0]`.
    pub name: String,
}

/// Reads the disk: not for an async thread.
///
/// # Errors
/// [`Fault`]: nothing was started.
pub fn resolve(settings: &Subprocess, start: ChildStart) -> Result<Resolved, Fault> {
    check(&start)?;
    let ChildStart { kind, command, args, cwd, env, .. } = start;
    let (kind, command, args) = match kind {
        ChildKind::Exec => (SubprocessKind::Exec, command, args),
        ChildKind::Spawn => (SubprocessKind::Spawn, command, args),
        ChildKind::Shell => {
            (SubprocessKind::Shell, SHELL.to_owned(), vec!["-c".to_owned(), command])
        }
    };
    let failed = |errno: &'static str, why: Option<String>| Fault::Spawn {
        command: command.clone(),
        errno,
        why,
    };
    let cwd = settings.cwd.join(cwd.unwrap_or_default());
    let (cwd, real_cwd) = directory(&cwd).map_err(|errno| {
        failed(name_of(errno), Some(format!("the working directory {}", cwd.display())))
    })?;
    let environment = environment(settings, &command, env)?;
    let found =
        find(settings, Path::new(&real_cwd), &command).ok_or_else(|| failed("ENOENT", None))?;
    let (program, executable) = program(&found).map_err(|errno| failed(name_of(errno), None))?;
    let request = SubprocessRequest {
        kind,
        command,
        executable,
        args,
        cwd: real_cwd,
        env: environment.set.clone(),
        env_names: environment.all.keys().cloned().collect(),
    };
    Ok(Resolved { request, program, cwd, environment })
}

fn check(start: &ChildStart) -> Result<(), Fault> {
    let variables = start.env.iter().flat_map(|(name, value)| [name, value]);
    let texts = || start.args.iter().chain([&start.command]);
    if texts().chain(&start.cwd).any(|text| text.contains('\0')) {
        return Err(Fault::Null("a command, an argument or the working directory"));
    }
    let bytes: usize = texts().chain(variables).map(|text| text.len() + 1).sum();
    if start.args.len() > ARGUMENTS_MAX
        || start.env.len() > ARGUMENTS_MAX
        || bytes > ARGUMENT_BYTES_MAX
    {
        return Err(Fault::Arguments);
    }
    Ok(())
}

/// A name is looked for in the operator's directories alone, and never in the working directory.
fn find(settings: &Subprocess, cwd: &Path, command: &str) -> Option<PathBuf> {
    if command.is_empty() {
        return None;
    }
    if command.contains('/') {
        return Some(cwd.join(command));
    }
    let there = |path: &PathBuf| {
        path.is_file() && accessat(CWD, path, Access::EXEC_OK, AtFlags::empty()).is_ok()
    };
    settings.path.iter().map(|directory| directory.join(command)).find(there)
}

fn program(found: &Path) -> Result<(Program, String), Errno> {
    let real = std::fs::canonicalize(found).map_err(|error| errno_of(&error))?;
    // Not through a link that came meanwhile: what is judged is this path.
    let fd = open(
        &real,
        OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOFOLLOW | OFlags::NONBLOCK,
        Mode::empty(),
    )?;
    let file = File::from(fd);
    let facts = file.metadata().map_err(|error| errno_of(&error))?;
    if !facts.is_file() {
        return Err(Errno::ACCESS);
    }
    accessat(CWD, &real, Access::EXEC_OK, AtFlags::empty())?;
    let mut first = [0; 2];
    let script = (&file).read_exact(&mut first).is_ok() && &first == b"#!";
    let name = found.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let executable = real.into_os_string().into_string().map_err(|_| Errno::ILSEQ)?;
    Ok((Program { fd: file.into(), script, name }, executable))
}

fn directory(path: &Path) -> Result<(OwnedFd, String), Errno> {
    let real = std::fs::canonicalize(path).map_err(|error| errno_of(&error))?;
    let fd = open(
        &real,
        OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC | OFlags::NOFOLLOW,
        Mode::empty(),
    )?;
    let real = real.into_os_string().into_string().map_err(|_| Errno::ILSEQ)?;
    Ok((fd, real))
}

fn errno_of(error: &std::io::Error) -> Errno {
    Errno::from_io_error(error).unwrap_or(Errno::IO)
}

/// As Node names the errors of a start.
pub fn name_of(errno: Errno) -> &'static str {
    match errno {
        Errno::NOENT => "ENOENT",
        Errno::ACCESS | Errno::PERM => "EACCES",
        Errno::NOTDIR => "ENOTDIR",
        Errno::NOEXEC => "ENOEXEC",
        Errno::TOOBIG => "E2BIG",
        Errno::LOOP => "ELOOP",
        Errno::NAMETOOLONG => "ENAMETOOLONG",
        Errno::AGAIN => "EAGAIN",
        Errno::MFILE | Errno::NFILE => "EMFILE",
        Errno::NOMEM => "ENOMEM",
        _ => "EIO",
    }
}
