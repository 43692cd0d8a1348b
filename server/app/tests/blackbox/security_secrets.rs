//! Secrets of the configuration: each is a canary, used for what it is there for, and then looked for in everything that
//! scripts, callers, policy servers, logs and the disk get to see. Secrets of S3 are not here: `whole_server` in storage.

use crate::harness::server::{Server, binary};
use data_encoding::HEXLOWER;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use tempfile::TempDir;

const TOKEN: &str = "canary-bearer-token-of-ada-71d0c3a9";
const HEADER: &str = "canary-api-key-5b1f92ce";
const CLIENT: &str = "canary-client-secret-0a77be41";
const ACCESS: &str = "canary-access-token-of-oauth-c2d9";
const ENVIRONMENT: &str = "canary-environment-9e3c6f20";

/// A server on loopback that repeats what it is asked, head and body, gives tokens at /token, and remembers it all.
struct Echo {
    address: SocketAddr,
    heard: Arc<Mutex<String>>,
}

impl Echo {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let heard: Arc<Mutex<String>> = Arc::default();
        let shared = heard.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let heard = shared.clone();
                std::thread::spawn(move || answer(stream, &heard));
            }
        });
        Self { address, heard }
    }

    fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    fn heard(&self) -> String {
        self.heard.lock().expect("nobody panics with it").clone()
    }
}

fn answer(mut stream: TcpStream, heard: &Mutex<String>) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length: ") {
            length = value.trim().parse().ok()?;
        }
        if line.trim().is_empty() {
            break;
        }
        head.push_str(&line);
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let said = format!("{head}\n{}", String::from_utf8_lossy(&body));
    heard.lock().expect("nobody panics with it").push_str(&said);
    let (extra, body) = match head.split(' ').nth(1)? {
        "/token" => (
            "Content-Type: application/json\r\n".to_owned(),
            json!({ "access_token": ACCESS, "token_type": "Bearer", "expires_in": 300 })
                .to_string(),
        ),
        "/policy/v1/data/mcp/fetch/allow" => {
            ("Content-Type: application/json\r\n".to_owned(), json!({ "result": true }).to_string())
        }
        // What it was sent, in the head of the response too.
        _ => (format!("X-Echo: {}\r\n", said.replace(['\r', '\n'], " ")), said),
    };
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n{extra}\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes())).ok()
}

/// The server, its folder, and what it talks to.
struct World {
    server: Server,
    home: TempDir,
    plain: Echo,
    oauth: Echo,
    policy: Echo,
}

fn secret(home: &Path, name: &str, text: &str) -> String {
    let path = home.join(name);
    std::fs::write(&path, text).expect("it can be written");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).expect("it is ours");
    path.display().to_string()
}

fn world() -> World {
    let home = tempfile::tempdir().expect("a temporary directory");
    let at = |name: &str| home.path().join(name).display().to_string();
    let (plain, oauth, policy) = (Echo::start(), Echo::start(), Echo::start());
    std::fs::create_dir(at("policies")).expect("a directory");
    for (name, package) in [("fetch", "mcp.fetch"), ("subprocess", "mcp.subprocess")] {
        std::fs::write(
            at(&format!("policies/{name}.rego")),
            format!("package {package}\n\nallow := true\n"),
        )
        .expect("it can be written");
    }
    let digest = HEXLOWER.encode(&Sha256::digest(TOKEN));
    let text = format!(
        r#"
[transport.http]
[auth]
resource = "http://127.0.0.1/mcp"
tokens = [{{ name = "ada", sha256 = "{digest}" }}]
[storage]
path = {state:?}
[log]
level = "debug"
[policies.fetch]
rules = [{{ path = {fetch:?} }}, {{ url = "{policy}/policy" }}]
[policies.subprocess]
rules = [{{ path = {subprocess:?} }}]
cwd = "/"
[fetch]
allow_cidrs = ["127.0.0.0/8"]
headers = [
    {{ origin = "{plain}", name = "X-Api-Key", value_file = {header:?} }},
    {{ origin = "{oauth}", name = "Authorization", oauth = {{ token_url = "{oauth}/token", client_id = "me", client_secret_file = {client:?} }} }},
]
"#,
        state = at("state"),
        fetch = at("policies/fetch.rego"),
        subprocess = at("policies/subprocess.rego"),
        policy = policy.origin(),
        plain = plain.origin(),
        oauth = oauth.origin(),
        header = secret(home.path(), "header", HEADER),
        client = secret(home.path(), "client", CLIENT),
    );
    std::fs::write(at("mcp-v8.toml"), text).expect("it can be written");
    let mut command = Command::new(binary());
    command.stdin(Stdio::null()).env("MCP_TEST_SECRET", ENVIRONMENT);
    let config = at("mcp-v8.toml");
    let own = tempfile::tempdir().expect("a temporary directory");
    let server = Server::start_by(command, own, &[], &["--config", &config]);
    World { server, home, plain, oauth, policy }
}

/// Every file below, as it is on the disk.
fn files(folder: &Path, seen: &mut Vec<(String, Vec<u8>)>) {
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        match entry.path() {
            path if path.is_dir() => files(&path, seen),
            // A socket or a file that just went has nothing to say.
            path => {
                seen.extend(std::fs::read(&path).map(|bytes| (path.display().to_string(), bytes)))
            }
        }
    }
}

/// Runs that use every secret, and what their callers get to see.
fn run_all(world: &World, seen: &mut Vec<(String, Vec<u8>)>) {
    let ada = world.server.as_owner_of(TOKEN);
    let shell = "child_process.execFileSync('/bin/sh', ['-c', 'env; cat /proc/$PPID/environ /proc/1/environ 2>&1; true']).toString()";
    for (name, code) in [
        (
            "plain",
            format!(
                "const r = await fetch('{}/a'); const said = [await r.text(), [...r.headers]]; console.log(said); artifact('said', 'text/plain', JSON.stringify(said)); said",
                world.plain.origin()
            ),
        ),
        (
            "oauth",
            format!(
                "const o = await fetch('{}/b', {{ method: 'POST', body: 'x' }}); const heard = [await o.text(), [...o.headers]]; console.log(heard); heard",
                world.oauth.origin()
            ),
        ),
        (
            "error",
            format!("throw new Error(await (await fetch('{}/c')).text())", world.plain.origin()),
        ),
        (
            "refused",
            format!(
                "await fetch('{}/d', {{ headers: {{ 'x-api-key': 'mine' }} }}).then((r) => r.text(), (e) => e.message + e.stack)",
                world.plain.origin()
            ),
        ),
        ("child", shell.to_owned()),
    ] {
        let ended = ada.run_in("s", &code);
        assert!(ended["execution_id"].is_string(), "{name}: {ended}");
        let id = ended["execution_id"].as_str().expect("an id");
        let output =
            ada.get(&format!("/api/executions/{id}/output?byte_offset=0&byte_limit=4000000"));
        seen.push((name.to_owned(), ended.to_string().into_bytes()));
        seen.push((format!("output of {name}"), output.body.into_bytes()));
    }
}

#[test]
fn no_secret_of_the_configuration_is_seen_by_scripts_callers_logs_policies_or_the_disk() {
    let world = world();
    let ada = world.server.as_owner_of(TOKEN);
    let mut seen: Vec<(String, Vec<u8>)> = Vec::new();
    run_all(&world, &mut seen);
    let told: Vec<String> =
        seen.iter().map(|(_, bytes)| String::from_utf8_lossy(bytes).into_owned()).collect();
    let all = told.join("\n");
    assert!(
        all.contains("GET /a") && all.contains("POST /b"),
        "positive control: they were answered: {all}"
    );
    assert!(
        all.contains("PATH=") || all.contains("PWD="),
        "positive control: a child said its environment: {all}"
    );
    for path in [
        "/api/executions",
        "/api/artifacts/said",
        "/api/sessions",
        "/api/version",
        "/metrics",
        "/readyz",
    ] {
        seen.push((path.to_owned(), ada.get(path).body.into_bytes()));
    }
    let wrong = world.server.as_owner_of(&TOKEN.replace('7', "8")).get("/api/executions");
    seen.push(("an answer to a wrong token".to_owned(), wrong.body.into_bytes()));
    seen.push(("what policies are told".to_owned(), world.policy.heard().into_bytes()));
    seen.push(("the log".to_owned(), world.server.stderr().into_bytes()));
    files(&world.home.path().join("state"), &mut seen);

    // Positive controls: each secret did its work, and what is looked at is really there.
    assert!(world.plain.heard().contains(HEADER) && world.oauth.heard().contains(ACCESS));
    assert!(world.oauth.heard().contains(CLIENT) || world.oauth.heard().contains("Basic "));
    assert!(world.policy.heard().contains(&world.plain.origin()), "{}", world.policy.heard());
    assert!(seen.iter().any(|(name, _)| name.contains("/state/heaps/")), "states were saved");
    let keys = std::fs::read(world.home.path().join("state/keys")).expect("keys of the storage");
    let key = String::from_utf8_lossy(&keys).split_whitespace().last().expect("a key").to_owned();
    for canary in [TOKEN, HEADER, CLIENT, ACCESS, ENVIRONMENT, &key] {
        for (name, bytes) in seen.iter().filter(|(name, _)| !name.ends_with("/state/keys")) {
            let found = bytes.windows(canary.len()).any(|window| window == canary.as_bytes());
            assert!(!found, "{canary} is in {name}: {}", String::from_utf8_lossy(bytes));
        }
    }
}
