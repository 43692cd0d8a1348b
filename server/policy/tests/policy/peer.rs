//! Policies written for the peer's input documents work: its field names are there with the same meaning.

use crate::requests::{self, context};
use crate::support::{Folder, everything, file, load};
use mcp_v8_policy::{FileOperation, Gate, ModuleKind, Request, SubprocessKind};

/// Whether a policy allows a request.
async fn allows<T: Request>(body: &str, request: T) -> bool {
    let folder = Folder::new()
        .with("policy.rego", format!("package p\n\ndefault allow := false\n\n{body}\n"));
    let gate = Gate::new(load(&everything(&file(folder.root(), "data.p.allow"))));
    gate.check(&context(), request).await.is_ok()
}

#[tokio::test]
async fn fetch_by_operation_method_parsed_url_and_header() {
    let body = "allow if {\n  input.operation == \"fetch\"\n  input.method == \"GET\"\n  input.url_parsed.scheme == \"https\"\n  input.url_parsed.host == \"api.example.org\"\n  input.url_parsed.port == 8443\n  startswith(input.url_parsed.path, \"/v2\")\n  input.url_parsed.query == \"a=1\"\n  input.headers[\"accept\"] == \"application/json\"\n  startswith(input.url, \"https://api.example.org:8443/\")\n}";
    assert!(allows(body, requests::fetch()).await);
    let mut other = requests::fetch();
    other.target = requests::target("https://api.example.org.evil.test:8443/v2?a=1");
    assert!(!allows(body, other).await);
    let default_port = "allow if input.url_parsed.port == null";
    let mut request = requests::fetch();
    request.target = requests::target("https://api.example.org:443/");
    assert!(allows(default_port, request).await);
}

#[tokio::test]
async fn filesystem_by_operation_path_and_destination() {
    let body = "allow if {\n  input.operation in {\"readFile\", \"stat\", \"exists\"}\n  startswith(input.path, \"/srv/data/\")\n}\n\nallow if {\n  input.operation == \"rename\"\n  startswith(input.destination, \"/srv/data/\")\n}";
    let mut request = requests::filesystem();
    (request.operation, request.path) = (FileOperation::Exists, "/srv/data/a".to_owned());
    assert!(allows(body, request.clone()).await);
    request.operation = FileOperation::WriteFile;
    assert!(!allows(body, request.clone()).await);
    request.operation = FileOperation::Rename;
    request.destination = Some("/srv/data/b".to_owned());
    assert!(allows(body, request.clone()).await);
    request.destination = None;
    assert!(!allows(body, request).await);
}

#[tokio::test]
async fn filesystem_operations_have_the_names_of_the_peer() {
    for (operation, name) in [
        (FileOperation::ReadFile, "readFile"),
        (FileOperation::WriteFile, "writeFile"),
        (FileOperation::AppendFile, "appendFile"),
        (FileOperation::Readdir, "readdir"),
        (FileOperation::Stat, "stat"),
        (FileOperation::Lstat, "lstat"),
        (FileOperation::Readlink, "readlink"),
        (FileOperation::Symlink, "symlink"),
        (FileOperation::Mkdir, "mkdir"),
        (FileOperation::Rm, "rm"),
        (FileOperation::Rename, "rename"),
        (FileOperation::CopyFile, "copyFile"),
        (FileOperation::Exists, "exists"),
    ] {
        let mut request = requests::filesystem();
        request.operation = operation;
        assert!(
            allows(&format!("allow if input.operation == \"{name}\""), request).await,
            "{name}"
        );
    }
}

#[tokio::test]
async fn subprocess_by_operation_command_and_arguments() {
    let body = "allow if {\n  input.operation == \"command_output\"\n  input.command == \"git\"\n  input.args[0] == \"log\"\n}\n\nallow if {\n  input.operation == \"exec\"\n  input.command == \"/bin/sh\"\n  input.args == [\"-c\", \"date\"]\n}";
    assert!(allows(body, requests::subprocess()).await);
    let mut shell = requests::subprocess();
    shell.kind = SubprocessKind::Shell;
    assert!(!allows(body, shell.clone()).await);
    shell.command = "/bin/sh".to_owned();
    shell.args = vec!["-c".to_owned(), "date".to_owned()];
    assert!(allows(body, shell).await);
}

#[tokio::test]
async fn modules_by_type_and_url() {
    let body = "allow if {\n  input.specifier_type == \"jsr\"\n  input.url_parsed.host == \"jsr.io\"\n  startswith(input.specifier, \"https://jsr.io/\")\n  input.specifier == input.resolved_url\n}";
    assert!(allows(body, requests::module()).await);
    let mut request = requests::module();
    request.kind = ModuleKind::Url;
    assert!(!allows(body, request.clone()).await);
    assert!(allows("allow if input.specifier_type == \"url\"", request.clone()).await);
    request.kind = ModuleKind::Npm;
    assert!(allows("allow if input.specifier_type == \"npm\"", request).await);
}

#[tokio::test]
async fn tools_files_and_sockets_by_their_fields() {
    let body = "allow if {\n  input.operation == \"mcp_call_tool\"\n  input.server == \"github\"\n  input.tool == \"list_issues\"\n  input.arguments.repo == \"acme/site\"\n}";
    assert!(allows(body, requests::mcp_tool()).await);
    let mut without = requests::mcp_tool();
    without.arguments = None;
    assert!(!allows(body, without.clone()).await);
    assert!(allows("allow if input.arguments == null", without).await);
    let body =
        "allow if {\n  input.operation == \"read\"\n  startswith(input.path, \"/srv/scripts/\")\n}";
    assert!(allows(body, requests::run_js_file()).await);
    let body = "allow if {\n  input.operation == \"connect\"\n  input.url_parsed.host == \"stream.example.org\"\n  \"graphql-transport-ws\" in input.protocols\n  input.headers[\"x-client\"] == \"a\"\n}";
    assert!(allows(body, requests::websocket()).await);
}
