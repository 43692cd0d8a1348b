//! A server whose scripts have fs, with a root of their own and a directory outside of it.

use super::server::Server;
use serde_json::Value;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// What nobody may see.
pub const CANARY: &str = "canary-8c1f0e6b2a7d4c53";

pub struct World {
    pub server: Server,
    /// `root` and `outside` are in it, beside one another.
    home: TempDir,
}

impl World {
    /// A writable root; scripts may what this Rego condition says.
    pub fn new(condition: &str) -> Self {
        Self::with_condition(condition, "read_write", "")
    }

    /// With further keys of the section.
    pub fn with_condition(condition: &str, mode: &str, keys: &str) -> Self {
        let home = tempfile::tempdir().expect("a temporary directory");
        let policy = home.path().join("policy.rego");
        let text = format!(
            "package mcp.filesystem\n\ndefault allow := false\n\nallow if {{\n\t{condition}\n}}\n"
        );
        std::fs::write(&policy, text).expect("it can be written");
        let rule = format!("{{ path = {:?} }}", policy.display().to_string());
        Self::start(home, &rule, mode, keys)
    }

    /// With a policy that is there.
    pub fn with_policy(path: &str, mode: &str, keys: &str) -> Self {
        Self::with_rule(&format!("{{ path = {path:?} }}"), mode, keys)
    }

    pub fn with_rule(rule: &str, mode: &str, keys: &str) -> Self {
        Self::start(tempfile::tempdir().expect("a temporary directory"), rule, mode, keys)
    }

    fn start(home: TempDir, rule: &str, mode: &str, keys: &str) -> Self {
        for name in ["root", "outside", "conf"] {
            std::fs::create_dir(home.path().join(name)).expect("a directory");
        }
        let root = home.path().join("root").display().to_string();
        let text = format!(
            "[storage]\nkind = \"none\"\n[transport.http]\n[policies.filesystem]\nrules = [{rule}]\nroots = [{{ path = {root:?}, mode = {mode:?} }}]\n{keys}\n"
        );
        let config = home.path().join("conf/mcp-v8.toml");
        std::fs::write(&config, text).expect("it can be written");
        let config = config.display().to_string();
        let state = tempfile::tempdir().expect("a temporary directory");
        let limits = ["limits.execution_timeout_secs=60", "limits.max_execution_timeout_secs=60"];
        let server = Server::start_in(state, &limits, &["--config", &config]);
        Self { server, home }
    }

    pub fn root(&self) -> PathBuf {
        self.home.path().join("root")
    }

    pub fn outside(&self) -> PathBuf {
        self.home.path().join("outside")
    }

    /// Puts a file into the root, with the directories above it.
    pub fn write(&self, name: &str, text: &str) {
        let path = self.root().join(name);
        let folder = path.parent().unwrap_or(Path::new("/"));
        std::fs::create_dir_all(folder).expect("a directory");
        std::fs::write(path, text).expect("it can be written");
    }

    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.root().join(name)).expect("it is there")
    }

    pub fn run(&self, code: &str) -> Value {
        self.server.run(code)
    }

    pub fn run_in(&self, session: &str, code: &str) -> Value {
        self.server.run_in(session, code)
    }

    /// The result of a program that ends well.
    pub fn result(&self, code: &str) -> Value {
        let ended = self.run(code);
        assert_eq!(ended["status"], "completed", "{code}: {ended}");
        ended["result"].clone()
    }

    /// The `code` of the error that a call throws.
    pub fn code(&self, call: &str) -> Value {
        self.result(&format!(
            "(() => {{ try {{ {call}; return 'done' }} catch (e) {{ return e.code }} }})()"
        ))
    }
}
