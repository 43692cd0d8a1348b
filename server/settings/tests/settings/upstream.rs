//! `[upstream.<name>]`.

use crate::support::Setup;
use mcp_v8_settings::{UpstreamProtocol, UpstreamTransport, VariableValue};
use std::time::Duration;

#[test]
fn a_server_is_a_program_or_a_url_with_bounds() {
    let file = "[upstream.files]\ncommand = \"./bin/server\"\nargs = [\"--root\", \"/srv\"]\ncwd = \"/srv\"\nenv = [{ name = \"A\", value = \"1\" }, { name = \"B\", value_file = \"b.txt\" }]\nmax_tools = 7\n\
                [upstream.git-hub_2]\nurl = \"https://mcp.example.org/mcp\"\ntoken_file = \"/t\"\nheaders = [{ name = \"X-Api-Key\", value_file = \"/k\" }]\nprotocol = \"legacy\"\ncall_timeout_secs = 5\nmax_message_mb = 2\n";
    let setup = Setup::file(file);
    let upstream = setup.settings().upstream;
    assert_eq!(
        upstream.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(),
        ["files", "git-hub_2"]
    );
    let UpstreamTransport::Stdio { command, args, env, cwd } = &upstream[0].transport else {
        panic!()
    };
    assert_eq!(command, &setup.folder.path().join("bin/server").display().to_string());
    assert_eq!((args.len(), cwd.as_deref()), (2, Some("/srv".as_ref())));
    assert_eq!(env["A"], VariableValue::Text("1".to_owned()));
    assert_eq!(env["B"], VariableValue::File(setup.folder.path().join("b.txt")));
    assert_eq!((upstream[0].max_tools, upstream[0].max_message_bytes), (7, 8 << 20));
    assert_eq!(upstream[0].call_timeout, Duration::from_secs(60));
    let UpstreamTransport::Http { url, token_file, header_files } = &upstream[1].transport else {
        panic!()
    };
    assert_eq!(
        (url.as_str(), token_file.as_deref()),
        ("https://mcp.example.org/mcp", Some("/t".as_ref()))
    );
    assert_eq!(header_files["x-api-key"].to_str(), Some("/k"));
    assert_eq!(upstream[1].protocol, UpstreamProtocol::Legacy);
    assert!(Setup::without_file().settings().upstream.is_empty());
}

#[test]
fn a_program_by_name_is_looked_up_later() {
    let settings = Setup::file("[upstream.a]\ncommand = \"npx\"\n").settings();
    assert!(
        matches!(&settings.upstream[0].transport, UpstreamTransport::Stdio { command, .. } if command == "npx")
    );
}

#[test]
fn what_is_wrong_with_a_server_is_said_at_its_key() {
    for (lines, expected) in [
        ("[upstream.\"a b\"]\ncommand = \"x\"", "the name of a server is 1 to 32 characters"),
        ("[upstream.a]", "upstream.a: a server has either command or url"),
        (
            "[upstream.a]\ncommand = \"x\"\nurl = \"https://x/\"",
            "a server has either command or url",
        ),
        ("[upstream.a]\ncommand = \"\"", "upstream.a.command: must not be empty"),
        ("[upstream.a]\ncommand = \"x\"\ntoken_file = \"t\"", "mixes keys of command"),
        ("[upstream.a]\nurl = \"https://x/\"\nargs = [\"y\"]", "mixes keys of command"),
        ("[upstream.a]\nurl = \"http://example.org/\"", "upstream.a.url: is not an https URL"),
        ("[upstream.a]\nurl = \"https://u:p@example.org/\"", "upstream.a.url: is not an https URL"),
        (
            "[upstream.a]\ncommand = \"x\"\nenv = [{ name = \"A=B\", value = \"1\" }]",
            "a variable has a name of",
        ),
        (
            "[upstream.a]\ncommand = \"x\"\nenv = [{ name = \"A\" }]",
            "either a value or a value_file",
        ),
        (
            "[upstream.a]\ncommand = \"x\"\nenv = [{ name = \"A\", value = \"1\" }, { name = \"A\", value = \"2\" }]",
            "upstream.a.env[1]: stands twice",
        ),
        (
            "[upstream.a]\nurl = \"https://x/\"\nheaders = [{ name = \"Authorization\", value_file = \"t\" }]",
            "upstream.a.headers[0].name: is not a header that may be set",
        ),
        (
            "[upstream.a]\ncommand = \"x\"\nmax_tools = 0",
            "upstream.a.max_tools: must be from 1 to 10000",
        ),
        ("[upstream.a]\ncommand = \"x\"\ncall_timeout_secs = 0", "must be from 1 to 3600"),
        ("[upstream.a]\ncommand = \"x\"\nprotocol = \"sse\"", "must be one of"),
        (
            "[upstream.a]\ncommand = \"x\"\ntoken = \"t\"",
            "secrets never stand in the configuration",
        ),
        ("[limits]\nmax_tool_calls = 0", "limits.max_tool_calls: must be from 1 to 1000000"),
    ] {
        let problem = Setup::file(format!("{lines}\n")).problem();
        assert!(problem.contains(expected), "{lines}: {problem}");
    }
}

#[test]
fn no_root_of_scripts_reaches_the_secrets_of_servers() {
    let file = "[upstream.a]\nurl = \"https://x/\"\ntoken_file = \"/secrets/token\"\n\
                [policies.filesystem]\nrules = [{ path = \"p.rego\" }]\nroots = [{ path = \"/data\" }]\n";
    let guarded = Setup::file(file).settings().files.unwrap().guarded;
    let token = guarded.iter().find(|one| one.path == std::path::Path::new("/secrets/token"));
    assert!(token.is_some_and(|one| one.secret), "{guarded:#?}");
}
