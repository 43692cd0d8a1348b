//! What `fetch` costs a script: requests to a server on loopback, against the same requests made directly. The
//! difference is JavaScript, the way through the wall and back, look-up, floor, decision, and reading the body.

use crate::report;
use crate::server::Server;
use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

const REQUESTS: u32 = 2_000;
const ROUNDS: usize = 5;
const BODY: &str = r#"{"answer":42}"#;

/// One after the other over one connection; rounds of both kinds alternate, so that both see the same machine.
pub async fn measure() -> Result<()> {
    let address = site().await?;
    let url = format!("http://127.0.0.1:{}/", address.port());
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/fetch.rego");
    let config = tempfile::tempdir()?;
    let file = config.path().join("mcp-v8.toml");
    let text = format!(
        "[policies.fetch]\nrules = [{{ path = {:?} }}]\n[fetch]\nallow_cidrs = [\"127.0.0.0/8\"]\n",
        rules.display().to_string()
    );
    std::fs::write(&file, text)?;
    let server = Server::start(&["--config", &file.display().to_string()]).await?;
    let (mut direct, mut scripted) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        direct.push(directly(&url).await?);
        scripted.push(from_script(&server, &url).await?);
    }
    let (direct, scripted) = (middle(direct), middle(scripted));
    report::note("fetch of 13 bytes on loopback, directly", &format!("{direct:?}"));
    report::note("fetch of 13 bytes on loopback, in a script", &format!("{scripted:?}"));
    report::note("what fetch adds", &format!("{:?}", scripted.saturating_sub(direct)));
    Ok(())
}

/// Time of one request, by the same client that the server uses.
async fn directly(url: &str) -> Result<Duration> {
    let client = reqwest::Client::builder().no_proxy().build()?;
    let begun = Instant::now();
    for _ in 0..REQUESTS {
        anyhow::ensure!(client.get(url).send().await?.text().await? == BODY);
    }
    Ok(begun.elapsed() / REQUESTS)
}

async fn from_script(server: &Server, url: &str) -> Result<Duration> {
    let code = format!(
        "const began = Date.now(); let n = 0; for (let i = 0; i < {REQUESTS}; i++) n += (await (await fetch({url:?})).json()).answer; [n, Date.now() - began]"
    );
    let request = server.client().post(format!("{}/api/exec", server.url()));
    let body = json!({ "code": code, "wait_ms": 60_000, "persist": false });
    let ended: Value = request.json(&body).send().await?.json().await?;
    let sum = ended["result"][0].as_u64();
    anyhow::ensure!(
        sum == Some(42 * u64::from(REQUESTS)),
        "the script fetched something else: {ended}"
    );
    let ms = ended["result"][1].as_u64().context("its time")?;
    Ok(Duration::from_millis(ms) / REQUESTS)
}

fn middle(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// A server that answers everything with the same few bytes and keeps connections.
async fn site() -> Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(answer(stream));
        }
    });
    Ok(address)
}

async fn answer(stream: TcpStream) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", BODY.len());
    while let Some(line) = lines.next_line().await? {
        if line.is_empty() {
            write.write_all(format!("{head}{BODY}").as_bytes()).await?;
        }
    }
    Ok(())
}
