//! A server whose scripts have child processes, and a look at the processes of this machine.

use super::server::{Server, binary};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// In the server's environment, and nowhere in a child's.
pub const CANARY: &str = "canary-41d7b0c9e2f85a63";

pub struct Children {
    pub server: Server,
    /// `work` is in it, which children read and change, and `secret`, which they do not.
    home: TempDir,
}

impl Children {
    /// Scripts may start what this Rego condition says.
    pub fn new(condition: &str) -> Self {
        Self::with(condition, "")
    }

    /// With further keys of the section.
    pub fn with(condition: &str, keys: &str) -> Self {
        let home = tempfile::tempdir().expect("a temporary directory");
        let policy = home.path().join("policy.rego");
        let text = format!(
            "package mcp.subprocess\n\ndefault allow := false\n\nallow if {{\n\t{condition}\n}}\n"
        );
        std::fs::write(&policy, text).expect("it can be written");
        Self::start(home, &policy, keys)
    }

    /// With a policy that is there.
    pub fn with_policy(policy: &Path, keys: &str) -> Self {
        Self::start(tempfile::tempdir().expect("a temporary directory"), policy, keys)
    }

    fn start(home: TempDir, policy: &Path, keys: &str) -> Self {
        let path = |name: &str| home.path().join(name).display().to_string();
        for name in ["work", "conf", "secret"] {
            std::fs::create_dir(path(name)).expect("a directory");
        }
        std::fs::write(path("secret/key"), CANARY).expect("it can be written");
        let written = if keys.contains("write =") {
            String::new()
        } else {
            format!("write = [{:?}, \"/dev/null\"]\n", path("work"))
        };
        let text = format!(
            "[storage]\nkind = \"none\"\n[transport.http]\n[policies.subprocess]\nrules = [{{ path = {:?} }}]\ncwd = {:?}\n{written}{keys}\n",
            policy.display().to_string(),
            path("work"),
        );
        std::fs::write(path("conf/mcp-v8.toml"), text).expect("it can be written");
        let mut command = Command::new(binary());
        command.stdin(Stdio::null()).env("MCP_TEST_SECRET", CANARY).env("LANG", "C");
        let state = tempfile::tempdir().expect("a temporary directory");
        let config = path("conf/mcp-v8.toml");
        let limits = ["limits.execution_timeout_secs=20", "limits.max_execution_timeout_secs=60"];
        let server = Server::start_by(command, state, &limits, &["--config", &config]);
        Self { server, home }
    }

    pub fn work(&self) -> PathBuf {
        self.home.path().join("work")
    }

    pub fn secret(&self) -> PathBuf {
        self.home.path().join("secret/key")
    }

    /// The result of a program that ends well.
    pub fn result(&self, code: &str) -> Value {
        let ended = self.server.run(code);
        assert_eq!(ended["status"], "completed", "{code}: {ended}");
        ended["result"].clone()
    }

    /// What a shell command prints.
    pub fn shell(&self, command: &str) -> String {
        let code = format!(
            "const r = child_process.spawnSync({command:?}, {{ shell: true, encoding: 'utf8' }}); r.error ? `error ${{r.error.message}}` : r.stdout + r.stderr"
        );
        self.result(&code).as_str().unwrap_or_default().to_owned()
    }
}

/// Whether a process of this machine has this text among its arguments.
pub fn is_running(text: &str) -> bool {
    let entries = std::fs::read_dir("/proc").expect("there is /proc");
    let lines = entries.filter_map(|entry| std::fs::read(entry.ok()?.path().join("cmdline")).ok());
    lines
        .map(|line| String::from_utf8_lossy(&line).replace('\0', " "))
        .any(|line| line.contains(text))
}

/// Whether a process has children that ended and were not waited for.
pub fn has_zombies(parent: u32) -> bool {
    let entries = std::fs::read_dir("/proc").expect("there is /proc");
    let stats =
        entries.filter_map(|entry| std::fs::read_to_string(entry.ok()?.path().join("stat")).ok());
    let parent = parent.to_string();
    stats.filter_map(|stat| Some(stat.rsplit_once(')')?.1.to_owned())).any(|rest| {
        let mut fields = rest.split_whitespace();
        fields.next() == Some("Z") && fields.next() == Some(&parent)
    })
}
