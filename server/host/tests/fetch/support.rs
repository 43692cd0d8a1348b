//! A policy, a fake DNS, and a run to fetch with. Not a test.

use mcp_v8_host::fetch::{FetchClient, FetchRun, Resolve, ResolveFuture};
use mcp_v8_policy::{Gate, PolicySet};
use mcp_v8_sandbox::host_call::fetch::{FetchAnswer, FetchCall, FetchHead, Redirect, RequestBody};
use mcp_v8_sandbox::host_call::{Caller, HostAnswer, HostError};
use mcp_v8_sandbox::{Code, ExecutionId, Principal};
use mcp_v8_settings::{
    self as settings, Chain, ChainMode, Fetch, FetchHeader, HeaderValue, Policies, Rule, RuleSource,
};
use std::collections::{HashMap, VecDeque};
use std::io;
use std::net::IpAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tempfile::TempDir;

pub const ALLOW_ALL: &str = "allow := true";

/// Names and their answers, one after the other; the last one stays.
#[derive(Clone)]
pub struct Names {
    answers: Arc<Mutex<HashMap<String, VecDeque<Vec<IpAddr>>>>>,
    /// Secrets are read as long as a client is there, and the client holds its resolver.
    folder: Arc<TempDir>,
}

impl Resolve for Names {
    fn resolve<'a>(&'a self, name: &'a str) -> ResolveFuture<'a> {
        let mut names = self.answers.lock().unwrap();
        let answer = names.get_mut(name).map(|answers| match answers.len() {
            0 | 1 => answers.front().cloned().unwrap_or_default(),
            _ => answers.pop_front().unwrap_or_default(),
        });
        Box::pin(async move { answer.ok_or_else(|| io::Error::other("no such name")) })
    }
}

pub struct Setup {
    pub fetch: Fetch,
    policies: Policies,
    names: Names,
}

impl Setup {
    /// Loopback is open, and the policy is this body.
    pub fn policy(body: &str) -> Self {
        let mut setup = Self::without_policy();
        let path = setup.names.folder.path().join("fetch.rego");
        std::fs::write(&path, format!("package mcp.fetch\n\n{body}\n")).unwrap();
        setup.policies.fetch = Some(Chain {
            mode: ChainMode::All,
            rules: vec![Rule {
                source: RuleSource::Path(path),
                query: "data.mcp.fetch.allow".to_owned(),
                origin: "mcp-v8.toml:1:1".to_owned(),
            }],
            timeout: Duration::from_secs(5),
            max_input_bytes: 1 << 20,
            origin: "mcp-v8.toml:1:1".to_owned(),
        });
        setup
    }

    pub fn without_policy() -> Self {
        let env = vec![("HOME".to_owned(), "/home/someone".to_owned())];
        let sources = settings::Sources { file: None, env, flags: Vec::new() };
        let mut fetch = settings::load(&sources).unwrap().fetch;
        fetch.allow_cidrs = vec!["127.0.0.0/8".parse().unwrap()];
        let folder = Arc::new(tempfile::tempdir().unwrap());
        let names = Names { answers: Arc::default(), folder };
        Self { fetch, policies: Policies::default(), names }
    }

    pub fn with(mut self, change: impl FnOnce(&mut Fetch)) -> Self {
        change(&mut self.fetch);
        self
    }

    /// What a name resolves to, look-up by look-up.
    pub fn name(self, name: &str, answers: &[&[&str]]) -> Self {
        self.rename(name, answers);
        self
    }

    /// The same, also for runs that are there already.
    pub fn rename(&self, name: &str, answers: &[&[&str]]) {
        let parsed = |answer: &&[&str]| answer.iter().map(|ip| ip.parse().unwrap()).collect();
        let answers = answers.iter().map(parsed).collect();
        self.names.answers.lock().unwrap().insert(name.to_owned(), answers);
    }

    /// A private file with a secret.
    pub fn secret(&self, name: &str, text: &str) -> PathBuf {
        let path = self.names.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        path
    }

    /// Bearer authorization for an origin, from a file.
    pub fn bearer(self, origin: &str, secret: &str) -> Self {
        let value = HeaderValue::File(self.secret("bearer", secret));
        let header = FetchHeader {
            origin: origin.to_owned(),
            methods: Vec::new(),
            name: "authorization".to_owned(),
            prefix: "Bearer ".to_owned(),
            value,
        };
        self.with(|fetch| fetch.headers.push(header))
    }

    pub fn client(&self) -> Arc<FetchClient> {
        FetchClient::new(self.fetch.clone(), self.gate(), self.resolver()).unwrap()
    }

    pub fn gate(&self) -> Arc<Gate> {
        Arc::new(Gate::new(PolicySet::load(&self.policies).unwrap()))
    }

    pub fn resolver(&self) -> Arc<Names> {
        Arc::new(self.names.clone())
    }

    pub fn run(&self) -> FetchRun {
        self.client().run(caller())
    }
}

pub fn caller() -> Caller {
    Caller { principal: Principal::local(), execution: ExecutionId::generate(), session: None }
}

/// A request of a script.
#[derive(Clone)]
pub struct Ask {
    pub number: u32,
    pub method: String,
    pub url: String,
    pub headers: Vec<(String, Vec<u8>)>,
    pub body: Option<Vec<u8>>,
    pub redirect: Redirect,
}

pub fn get(url: impl Into<String>) -> Ask {
    Ask {
        number: 1,
        method: "GET".to_owned(),
        url: url.into(),
        headers: Vec::new(),
        body: None,
        redirect: Redirect::Follow,
    }
}

impl Ask {
    pub fn number(self, number: u32) -> Self {
        Self { number, ..self }
    }

    pub fn method(self, method: &str) -> Self {
        Self { method: method.to_owned(), ..self }
    }

    pub fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.headers.push((name.to_owned(), value.as_ref().to_vec()));
        self
    }

    pub fn body(self, body: &[u8]) -> Self {
        Self { body: Some(body.to_vec()), ..self }
    }

    pub async fn start(mut self, run: &FetchRun) -> Result<FetchHead, HostError> {
        let body = self.body.take().map_or(RequestBody::None, RequestBody::Whole);
        self.start_with(run, body).await
    }

    /// With a body that `write` brings.
    pub async fn stream(self, run: &FetchRun) -> Result<FetchHead, HostError> {
        self.start_with(run, RequestBody::Stream).await
    }

    async fn start_with(self, run: &FetchRun, body: RequestBody) -> Result<FetchHead, HostError> {
        let Self { number: request, method, url, headers, redirect, .. } = self;
        let call = FetchCall::Start { request, method, url, headers, body, redirect };
        match run.call(call).await? {
            HostAnswer::Fetch(FetchAnswer::Head(head)) => Ok(head),
            other => panic!("{other:?}"),
        }
    }

    /// The whole response.
    pub async fn fetch(self, run: &FetchRun) -> Result<Got, HostError> {
        let number = self.number;
        let head = self.start(run).await?;
        let mut body = Vec::new();
        while let Some(piece) = read(run, number).await? {
            body.extend(piece);
        }
        Ok(Got { head, body })
    }

    pub async fn text(self, run: &FetchRun) -> String {
        String::from_utf8(self.fetch(run).await.unwrap().body).unwrap()
    }

    /// The code it fails with; an empty one for a network error.
    pub async fn code(self, run: &FetchRun) -> (Option<Code>, String) {
        let error = self.fetch(run).await.map(|got| got.head.status).unwrap_err();
        (error.code, error.message)
    }
}

#[derive(Debug)]
pub struct Got {
    pub head: FetchHead,
    pub body: Vec<u8>,
}

impl Got {
    pub fn header(&self, name: &str) -> Option<String> {
        let found = self.head.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| String::from_utf8_lossy(value).into_owned())
    }
}

pub async fn read(run: &FetchRun, request: u32) -> Result<Option<Vec<u8>>, HostError> {
    match run.call(FetchCall::Read { request, most: 64 << 10 }).await? {
        HostAnswer::Fetch(FetchAnswer::Piece(piece)) => {
            assert!(!piece.is_empty() && piece.len() <= 64 << 10);
            Ok(Some(piece))
        }
        HostAnswer::Fetch(FetchAnswer::End) => Ok(None),
        other => panic!("{other:?}"),
    }
}

/// A piece of a streamed request body; none ends it.
pub async fn write(run: &FetchRun, request: u32, piece: Option<&[u8]>) -> Result<(), HostError> {
    let done = run.call(match piece {
        Some(bytes) => FetchCall::Write { request, bytes: bytes.to_vec() },
        None => FetchCall::EndBody { request },
    });
    assert_eq!(done.await?, HostAnswer::Done);
    Ok(())
}

pub async fn cancel(run: &FetchRun, request: u32) {
    let done = run.call(FetchCall::Cancel { request }).await.unwrap();
    assert_eq!(done, HostAnswer::Done);
}
