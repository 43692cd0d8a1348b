//! One request of every capability, each with everything set. Not a test.

use mcp_v8_policy::{
    Context, FetchRequest, FileFlag, FileOperation, FilesystemRequest, McpToolRequest, ModuleKind,
    ModuleRequest, Package, RedirectHop, Root, RunJsFileRequest, SubprocessKind, SubprocessRequest,
    Target, WebSocketRequest,
};
use mcp_v8_sandbox::Principal;
use serde_json::json;
use std::net::IpAddr;

pub fn target(url: &str) -> Target {
    Target::new(url.parse().unwrap()).unwrap()
}

pub fn context() -> Context {
    let execution = "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap();
    let session = "work".parse().ok();
    let claims = json!({ "roles": ["analyst"] }).as_object().unwrap().clone();
    let principal = Principal::new("acme", "ada").with_claims("https://id.example.org", claims);
    Context::new(principal, execution, session)
}

fn addresses() -> Vec<IpAddr> {
    vec!["93.184.216.34".parse().unwrap(), "2606:2800:220:1::1".parse().unwrap()]
}

pub fn fetch() -> FetchRequest {
    let headers = [("Accept", "application/json"), ("Authorization", "Bearer hunter2")];
    FetchRequest {
        method: "GET".to_owned(),
        target: target("https://API.example.org:8443/v1/../v2?a=1#part"),
        headers: headers.into_iter().collect(),
        resolved_addresses: addresses(),
        redirect: Some(RedirectHop { hop: 1, from: target("https://example.org/v2"), status: 307 }),
    }
}

pub fn websocket() -> WebSocketRequest {
    WebSocketRequest {
        target: target("wss://stream.example.org/live"),
        protocols: vec!["graphql-transport-ws".to_owned()],
        headers: [("X-Client", "a")].into_iter().collect(),
        resolved_addresses: addresses(),
    }
}

pub fn filesystem() -> FilesystemRequest {
    let root = Root { path: "/srv/data".to_owned(), writable: true, name: None };
    let paths = ("../data/a.csv".to_owned(), "/srv/data/a.csv".to_owned());
    let mut request = FilesystemRequest::new(FileOperation::CopyFile, paths.0, paths.1, root);
    request.flags = vec![FileFlag::Read, FileFlag::Create, FileFlag::Exclusive];
    request.destination = Some("b.csv".to_owned());
    request.real_destination = Some("/srv/data/b.csv".to_owned());
    request.recursive = Some(false);
    request.encoding = Some("utf8".to_owned());
    request
}

pub fn subprocess() -> SubprocessRequest {
    SubprocessRequest {
        kind: SubprocessKind::Spawn,
        command: "git".to_owned(),
        executable: "/usr/bin/git".to_owned(),
        args: vec!["log".to_owned(), "-1 --exec=x".to_owned(), String::new()],
        cwd: "/srv/repo".to_owned(),
        env: [("TZ".to_owned(), "UTC".to_owned())].into(),
        env_names: vec!["PATH".to_owned(), "TZ".to_owned()],
    }
}

pub fn module() -> ModuleRequest {
    let package = Package { name: "@std/csv".to_owned(), version: "1.0.6".to_owned() };
    ModuleRequest {
        requested: "jsr:@std/csv@1.0.6".to_owned(),
        kind: ModuleKind::Jsr,
        target: target("https://jsr.io/@std/csv/1.0.6/mod.ts"),
        package: Some(package),
        referrer: Some(target("https://jsr.io/@std/cli/1.0.0/mod.ts")),
        hop: 0,
        resolved_addresses: addresses(),
    }
}

pub fn mcp_tool() -> McpToolRequest {
    McpToolRequest {
        server: "github".to_owned(),
        tool: "list_issues".to_owned(),
        arguments: json!({ "repo": "acme/site", "principal": "root" }).as_object().cloned(),
        annotations: json!({ "readOnlyHint": true }).as_object().unwrap().clone(),
    }
}

pub fn run_js_file() -> RunJsFileRequest {
    RunJsFileRequest::new("/srv/scripts/a.js", "a.js")
}
