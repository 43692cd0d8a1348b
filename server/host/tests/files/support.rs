//! A root on disk with a secret beside it, a policy, and a run. Not a test.

use mcp_v8_host::files::{FileRun, FileServer, OpenError};
use mcp_v8_policy::{Context, Gate, PolicySet};
use mcp_v8_sandbox::host_call::file::{
    DirEntry, FileAnswer, FileCall, FileHandle, FileStat, OpenFlags, Remove,
};
use mcp_v8_sandbox::{Code, ExecutionId, HostError, Principal};
use mcp_v8_settings::{
    Chain, ChainMode, FileQuotas, FileRoot, Files, Guarded, Policies, RootMode, Rule, RuleSource,
};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;

pub const SECRET: &str = "canary-7f3a";

pub struct World {
    pub folder: TempDir,
    pub files: Files,
    policy: String,
    steps: bool,
}

impl World {
    /// `root` can be written, `outside` beside it holds the secret; every request is allowed.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let quotas = FileQuotas {
            max_file_bytes: 1 << 20,
            max_write_bytes: 4 << 20,
            max_entries: 200,
            max_open: 8,
        };
        let files = Files { roots: Vec::new(), quotas, guarded: Vec::new() };
        let policy = "allow := true".to_owned();
        let mut world = Self { folder, files, policy, steps: false };
        std::fs::create_dir(world.path("outside")).unwrap();
        std::fs::write(world.path("outside/secret"), SECRET).unwrap();
        world.root("root", RootMode::ReadWrite);
        std::fs::write(world.path("root/good"), "good").unwrap();
        world
    }

    /// As on a kernel without openat2.
    pub fn step_by_step(mut self) -> Self {
        self.steps = true;
        self
    }

    pub fn root(&mut self, name: &str, mode: RootMode) {
        let path = self.path(name);
        std::fs::create_dir_all(&path).unwrap();
        self.files.roots.push(FileRoot { path, mode, name: None, origin: "test:1:1".to_owned() });
    }

    /// Rules of the package, after `default allow := false`.
    pub fn policy(mut self, rules: &str) -> Self {
        self.policy = format!("default allow := false\n{rules}");
        self
    }

    pub fn guard(&mut self, name: &str) {
        let (key, path) = ("storage.path".to_owned(), self.path(name));
        self.files.guarded.push(Guarded { key, path, shared: false, secret: true });
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// As a script writes it.
    pub fn at(&self, name: &str) -> String {
        self.path(name).to_str().unwrap().to_owned()
    }

    pub fn link(&self, target: impl AsRef<Path>, name: &str) {
        std::os::unix::fs::symlink(target, self.path(name)).unwrap();
    }

    pub fn server(&self) -> Result<FileServer, OpenError> {
        let policy = self.path("policy.rego");
        std::fs::write(&policy, format!("package mcp.filesystem\n{}\n", self.policy)).unwrap();
        let (source, query) = (RuleSource::Path(policy), "data.mcp.filesystem.allow".to_owned());
        let rule = Rule { source, query, origin: String::new() };
        let chain = Chain {
            mode: ChainMode::All,
            rules: vec![rule],
            // Long: the machine of the tests may be busy.
            timeout: Duration::from_secs(20),
            max_input_bytes: 1 << 20,
            origin: String::new(),
        };
        let policies = Policies { filesystem: Some(chain), ..Policies::default() };
        let gate = Gate::new(PolicySet::load(&policies).unwrap());
        let server = FileServer::open(&self.files, Arc::new(gate))?;
        Ok(if self.steps { server.step_by_step() } else { server })
    }

    pub fn run(&self) -> Run {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_time().build();
        let context = Context::new(Principal::local(), ExecutionId::generate(), None);
        let files = Some(self.server().unwrap().run(context));
        Run { files, runtime: runtime.unwrap() }
    }
}

pub struct Run {
    pub files: Option<FileRun>,
    runtime: tokio::runtime::Runtime,
}

impl Run {
    pub fn call(&self, call: FileCall) -> Result<FileAnswer, HostError> {
        self.runtime.block_on(self.files.as_ref().unwrap().call(call))
    }

    /// The name of the error that there must be.
    pub fn errno(&self, call: FileCall) -> String {
        self.refusal(call).errno.unwrap()
    }

    pub fn refusal(&self, call: FileCall) -> HostError {
        match self.call(call.clone()) {
            Err(error) => error,
            Ok(answer) => panic!("{call:?} gave {answer:?}"),
        }
    }

    pub fn done(&self, call: FileCall) -> FileAnswer {
        self.call(call.clone()).unwrap_or_else(|error| panic!("{call:?}: {error:?}"))
    }

    pub fn text(&self, path: &str) -> String {
        match self.done(read(path)) {
            FileAnswer::Bytes(bytes) => String::from_utf8(bytes).unwrap(),
            other => panic!("{other:?}"),
        }
    }

    pub fn handle(&self, path: &str, flags: OpenFlags) -> FileHandle {
        match self.done(open(path, flags)) {
            FileAnswer::Handle(handle) => handle,
            other => panic!("{other:?}"),
        }
    }

    pub fn facts(&self, path: &str, follow: bool) -> FileStat {
        match self.done(FileCall::Stat { path: path.to_owned(), follow }) {
            FileAnswer::Stat(stat) => stat,
            other => panic!("{other:?}"),
        }
    }

    /// All pages of a directory, and how many there were.
    pub fn entries(&self, path: &str) -> (Vec<DirEntry>, usize) {
        let (mut all, mut pages) = (Vec::new(), 1);
        let mut answer = self.done(FileCall::ReadDir { path: path.to_owned() });
        loop {
            let FileAnswer::Entries { entries, more } = answer else { panic!("{answer:?}") };
            all.extend(entries);
            let Some(handle) = more else { return (all, pages) };
            pages += 1;
            answer = self.done(FileCall::ReadDirNext { handle });
        }
    }
}

pub fn read(path: &str) -> FileCall {
    FileCall::Read { path: path.to_owned(), offset: 0, length: None }
}

pub fn write(path: &str, bytes: impl Into<Vec<u8>>) -> FileCall {
    let (path, bytes) = (path.to_owned(), bytes.into());
    FileCall::Write { path, bytes, flags: OpenFlags::WRITE, mode: None }
}

pub fn open(path: &str, flags: OpenFlags) -> FileCall {
    FileCall::Open { path: path.to_owned(), flags, mode: None }
}

pub fn stat(path: &str) -> FileCall {
    FileCall::Stat { path: path.to_owned(), follow: true }
}

pub fn mkdir(path: &str, recursive: bool) -> FileCall {
    FileCall::MakeDir { path: path.to_owned(), recursive, mode: None }
}

pub fn remove(path: &str, what: Remove) -> FileCall {
    FileCall::Remove { path: path.to_owned(), what, force: false }
}

pub fn rename(path: &str, destination: &str) -> FileCall {
    FileCall::Rename { path: path.to_owned(), destination: destination.to_owned() }
}

pub fn copy(path: &str, destination: &str) -> FileCall {
    let (path, destination) = (path.to_owned(), destination.to_owned());
    FileCall::Copy { path, destination, exclusive: false }
}

pub fn symlink(target: &str, path: &str) -> FileCall {
    FileCall::Symlink { target: target.to_owned(), path: path.to_owned() }
}

pub fn chmod(path: &str, mode: u32) -> FileCall {
    FileCall::ChangeMode { path: path.to_owned(), mode }
}

pub fn is_limit(error: &HostError) -> bool {
    error.code == Some(Code::LimitSize)
}
