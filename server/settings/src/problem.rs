//! What can be wrong with a setting. Not where it stands: that is `Diagnostic`.

use crate::key::Key;
use crate::measure::Measure;
use std::net::SocketAddr;
use std::path::PathBuf;

/// One reason to refuse a configuration. No variant repeats a text that could be a secret.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Problem {
    #[error("cannot be read: {0}")]
    Unreadable(String),
    #[error("is larger than {limit} bytes")]
    TooLarge { limit: usize },
    #[error("is not UTF-8")]
    NotUtf8,
    #[error("not TOML: {0}")]
    Syntax(String),
    #[error("{} is unknown", if *.table { "this section" } else { "this key" })]
    Unknown { table: bool, meant: Option<Key>, secret: bool },
    #[error("not supported by this version")]
    NotInThisVersion,
    #[error("expected {expected}, found {found}")]
    WrongType { expected: &'static str, found: &'static str },
    #[error("{}", range(*.min, *.max))]
    OutOfRange { min: i64, max: i64 },
    #[error("must be one of {}", .allowed.join(", "))]
    NotOneOf { allowed: Vec<String>, meant: Option<String> },
    #[error("{0} is above {1}")]
    Above(Measure, Measure),
    #[error("no transport is enabled: neither transport.stdio nor [transport.http]")]
    NoTransport,
    #[error(
        "{0} can be reached from other machines, and there is no authentication ([auth]): whoever reaches it runs code"
    )]
    PublicWithoutAuth(SocketAddr),
    #[error(
        "{0} can be reached from other machines, and whoever reaches it reads the server's counters"
    )]
    PublicMetrics(SocketAddr),
    #[error("is not an IP address with a port")]
    NotAnAddress,
    #[error("must not be empty")]
    Empty,
    #[error("stands twice")]
    Repeated,
    #[error("kind \"{kind}\" needs `{key}`")]
    Needs { kind: &'static str, key: &'static str },
    #[error("a bucket has 3 to 63 characters of A-Z a-z 0-9 . _ -")]
    BucketName,
    #[error(
        "a prefix is names of A-Z a-z 0-9 . _ - with / between them, at most 256 characters in all"
    )]
    KeyPrefix,
    #[error("a region is 1 to 64 characters of A-Z a-z 0-9 -")]
    Region,
    #[error("is not the http or https URL of a server")]
    NotAnEndpoint,
    #[error("is not a host name")]
    NotAHost,
    #[error("is not an origin")]
    NotAnOrigin,
    #[error(
        "a session name is 1 to 128 characters of A-Z a-z 0-9 . _ : @ - and does not start with a dot"
    )]
    SessionName,
    #[error("a server name is 1 to 128 characters, none of them a control character")]
    ServerName,
    #[error("is not a log level")]
    LogLevel { meant: Option<&'static str> },
    #[error("there is no default: STATE_DIRECTORY, XDG_STATE_HOME and HOME are not absolute paths")]
    NoStateDirectory,
    #[error("`~` is not expanded")]
    Tilde,
    #[error("there are no rules, so nothing could ever be allowed")]
    NoRules,
    #[error("a rule has either a path or a url")]
    NotOneSource,
    #[error("is not the path of a rule")]
    NotARulePath,
    #[error("there are no roots, so no file could ever be reached")]
    NoRoots,
    #[error("a root's name is 1 to 64 characters of A-Z a-z 0-9 . _ -")]
    RootName,
    #[error(
        "through the root {} scripts would reach {}: {}", .root.display(), .key, .path.display()
    )]
    RootOverlaps { root: PathBuf, key: String, path: PathBuf },
    #[error("is not an http or https URL")]
    NotAPolicyServer,
    #[error("is not a range of addresses")]
    NotARange { meant: Option<String> },
    #[error("scripts have no fetch: there is no [policies.fetch]")]
    NoFetchPolicy,
    #[error("must be visible ASCII characters, with spaces only inside")]
    NotFieldText,
    #[error("is not an http or https origin")]
    NotAnHttpOrigin,
    #[error("is not the http origin of a server")]
    NotAPlainOrigin,
    #[error("is not the https URL of a server, or an http URL of modules.http_origins")]
    NotAModuleSource,
    #[error("there is no lock file: everything is kept in memory, so nothing could ever be loaded")]
    FrozenInMemory,
    #[error("the name of a module is 1 to 32 characters of A-Z a-z 0-9 _")]
    WasmName,
    #[error("a module needs a path")]
    NoModulePath,
    #[error("is not a SHA-256 of 64 digits 0-9 a-f")]
    NotASha256,
    #[error("a prefix is at most 20 characters of A-Z a-z 0-9 _ -")]
    StubPrefix,
    #[error("the name of a server is 1 to 32 characters of A-Z a-z 0-9 _ -")]
    UpstreamName,
    #[error("a server has either command or url")]
    NotOneUpstream,
    #[error("mixes keys of command (args, env, cwd) with keys of url (token_file, headers)")]
    UpstreamMixed,
    #[error("a variable has a name of A-Z a-z 0-9 _ that starts with no digit, and no NUL in it")]
    UpstreamVariable,
    #[error("a variable has either a value or a value_file")]
    NotOneVariable,
    #[error(
        "is not a header that may be set: HTTP and MCP set theirs, and a bearer token is token_file"
    )]
    UpstreamHeader,
    #[error("is not an https URL, or http on this machine, without user and fragment")]
    NotAnUpstreamUrl,
    #[error("is not a method in capital letters")]
    NotAMethod,
    #[error("is not the name of a header")]
    NotAFieldName,
    #[error("a header has either a value_file or oauth")]
    NotOneValue,
    #[error("is neither an https URL nor an http URL of this machine")]
    NotATokenUrl,
    #[error("nobody could get in: there is neither an issuer nor a token")]
    NobodyGetsIn,
    #[error("needs `{0}` as well")]
    NeedsToo(&'static str),
    #[error("keys come either from jwks_url or from jwks_file")]
    TwoKeySources,
    #[error("is neither an https URL nor an http URL of this machine, or has a query")]
    NotAnIdentifier,
    #[error("is not the name of a token")]
    TokenName,
    #[error("is not a SHA-256 digest")]
    NotADigest,
    #[error("{}: {why}", .path.display())]
    TextFile { path: PathBuf, why: Box<Problem> },
    #[error("is not the name of a variable that children may get")]
    Variable,
    #[error("{0}")]
    Rejected(String),
}

impl Problem {
    /// What to do about it, where that is not obvious.
    pub fn suggestion(&self) -> Option<String> {
        Some(match self {
            Problem::Unknown { secret: true, .. } => {
                "secrets never stand in the configuration; a key that needs one is named *_file and holds a path"
                    .to_owned()
            }
            Problem::Unknown { meant: Some(key), .. } => format!("did you mean `{key}`?"),
            Problem::NotOneOf { meant: Some(word), .. } => format!("did you mean `{word}`?"),
            Problem::LogLevel { meant: Some(word) } => format!("did you mean `{word}`?"),
            Problem::LogLevel { meant: None } => {
                "error, warn, info, debug, trace or off, or directives such as mcp_v8=debug,warn".to_owned()
            }
            Problem::NotInThisVersion => "leave it out".to_owned(),
            Problem::Above(low, high) => format!(
                "lower the first or raise the second; a key that is left out has its default ({low}, {high})"
            ),
            Problem::NoTransport => {
                "set transport.stdio.enabled = true, or add [transport.http]".to_owned()
            }
            Problem::PublicWithoutAuth(_) => {
                "add [auth], or listen on 127.0.0.1 or [::1] behind an authenticating proxy, or set transport.http.allow_public_without_auth = true where everyone who can connect may run code"
                    .to_owned()
            }
            Problem::PublicMetrics(_) => {
                "listen on 127.0.0.1 or [::1], or set metrics.allow_public = true where a firewall keeps others out"
                    .to_owned()
            }
            Problem::NotAnAddress => "for example 127.0.0.1:8080 or [::1]:8080".to_owned(),
            Problem::NotAHost => {
                "a name as clients send it in Host, for example mcp.example.org or mcp.example.org:8443; there is no wildcard"
                    .to_owned()
            }
            Problem::NotAnOrigin => {
                "scheme, host and port as browsers send them in Origin, for example https://app.example.org; there is no wildcard"
                    .to_owned()
            }
            Problem::NoStateDirectory => {
                "set storage.path, or storage.kind = \"none\" to keep everything in memory".to_owned()
            }
            Problem::NotAnEndpoint => {
                "scheme, host and port without a path, for example https://s3.example.org:3900".to_owned()
            }
            Problem::Needs { .. } => "see config/reference.toml for what it holds".to_owned(),
            Problem::NotAnUpstreamUrl => "for example https://mcp.example.org/mcp".to_owned(),
            Problem::Tilde => "write the whole path".to_owned(),
            _ => return self.of_capabilities(),
        })
    }

    /// The same, of policies and what stands beside them.
    fn of_capabilities(&self) -> Option<String> {
        Some(match self {
            Problem::NoRules => {
                "for example rules = [{ path = \"policies/fetch.rego\" }]; leave the section out where scripts must not have the capability"
                    .to_owned()
            }
            Problem::NoRoots => {
                "for example roots = [{ path = \"/srv/data\", mode = \"read\" }]".to_owned()
            }
            Problem::RootOverlaps { .. } => {
                "choose a directory that holds nothing of the server, or move the other".to_owned()
            }
            Problem::Variable => {
                "a plain name; those that make programs load or run something (LD_PRELOAD, PYTHONPATH, GIT_SSH ...) are never given, and PATH is policies.subprocess.path"
                    .to_owned()
            }
            Problem::NotARulePath => {
                "names separated by dots, beginning with data, for example data.mcp.fetch.allow".to_owned()
            }
            Problem::NotAPolicyServer => {
                "for example http://127.0.0.1:8181; a file or a directory is a path".to_owned()
            }
            Problem::NotARange { meant: Some(range) } => format!("did you mean {range}?"),
            Problem::NotARange { meant: None } => {
                "an address and a length, for example 10.1.0.0/16, 192.168.1.7/32 or fd00:1::/64".to_owned()
            }
            Problem::NoFetchPolicy => {
                "add [policies.fetch] with rules, or leave these headers out".to_owned()
            }
            Problem::NotAnHttpOrigin => {
                "scheme, host and port without a path, for example https://api.example.org; there is no wildcard"
                    .to_owned()
            }
            Problem::NotAPlainOrigin => {
                "http, host and port without a path, for example http://127.0.0.1:8080; https needs no entry".to_owned()
            }
            Problem::FrozenInMemory => "set modules.lock_file".to_owned(),
            Problem::NotATokenUrl => "for example https://id.example.org/oauth2/token".to_owned(),
            Problem::Tilde => "write the whole path".to_owned(),
            _ => return self.about_identity(),
        })
    }

    fn about_identity(&self) -> Option<String> {
        let words = match self {
            Problem::NobodyGetsIn => {
                "set auth.issuer with auth.resource, or list auth.tokens; see config/reference.toml"
            }
            Problem::NotAnIdentifier => {
                "for example https://id.example.org/realms/main or https://mcp.example.org/mcp"
            }
            Problem::TokenName => "1 to 64 characters of A-Z a-z 0-9 . _ @ -",
            Problem::NotADigest => {
                "64 hexadecimal digits, as sha256sum prints them: printf %s \"$TOKEN\" | sha256sum"
            }
            _ => return None,
        };
        Some(words.to_owned())
    }
}

fn range(min: i64, max: i64) -> String {
    if min == max {
        format!("must be {min}, the only value this version supports")
    } else {
        format!("must be from {min} to {max}")
    }
}
