//! How a module is read, from what the import asks for and what its server says. Not the reading.

use mcp_v8_sandbox::host_call::module::{Syntax, Wanted};

/// The answer is not of the kind that was asked for.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unfit {
    #[error(
        "it is {0}, and no module; import it with {{ type: \"text\" }} or {{ type: \"bytes\" }}"
    )]
    NotAModule(String),
    #[error("it is JSON: import it with {{ type: \"json\" }}")]
    IsJson,
    #[error("it is {0}, and not JSON")]
    NotJson(String),
    #[error("it is not UTF-8")]
    NotUtf8,
}

/// WHATWG MIME Sniffing Standard, "JavaScript MIME type".
const JAVASCRIPT: &[&str] = &[
    "application/ecmascript",
    "application/javascript",
    "application/x-ecmascript",
    "application/x-javascript",
    "text/ecmascript",
    "text/javascript",
    "text/javascript1.0",
    "text/javascript1.1",
    "text/javascript1.2",
    "text/javascript1.3",
    "text/javascript1.4",
    "text/javascript1.5",
    "text/jscript",
    "text/livescript",
    "text/x-ecmascript",
    "text/x-javascript",
];

/// The last is what tables of file endings make of `.ts`.
const TYPESCRIPT: &[&str] = &[
    "application/typescript",
    "application/x-typescript",
    "text/typescript",
    "text/x-typescript",
    "video/mp2t",
];

/// They say nothing; the path does.
const ANYTHING: &[&str] = &["", "application/octet-stream", "binary/octet-stream", "text/plain"];

/// The type of a `Content-Type` field, without its parameters.
pub(super) fn essence(content_type: &str) -> String {
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    essence.chars().take(100).collect::<String>().to_ascii_lowercase()
}

/// How a module is read.
pub(super) fn syntax(
    wanted: Wanted,
    media: &str,
    path: &str,
    bytes: &[u8],
) -> Result<Syntax, Unfit> {
    let ending = path
        .rsplit('/')
        .next()
        .and_then(|name| name.rsplit_once('.'))
        .map_or("", |(_, ending)| ending);
    let ending = ending.to_ascii_lowercase();
    let open = ANYTHING.contains(&media);
    let said = || if media.is_empty() { "of no type".to_owned() } else { media.to_owned() };
    let json = matches!(media, "application/json" | "text/json")
        || media.ends_with("+json")
        || (open && ending == "json");
    let syntax = match wanted {
        Wanted::Bytes => return Ok(Syntax::Bytes),
        Wanted::Text => Syntax::Text,
        Wanted::Json if json => Syntax::Json,
        Wanted::Json => return Err(Unfit::NotJson(said())),
        Wanted::Code if json => return Err(Unfit::IsJson),
        Wanted::Code => match code(media, &ending, open) {
            Some(Syntax::Wasm) => return Ok(Syntax::Wasm),
            Some(syntax) => syntax,
            None => return Err(Unfit::NotAModule(said())),
        },
    };
    std::str::from_utf8(bytes).map(|_| syntax).map_err(|_| Unfit::NotUtf8)
}

fn code(media: &str, ending: &str, open: bool) -> Option<Syntax> {
    match media {
        "application/wasm" => return Some(Syntax::Wasm),
        "text/jsx" => return Some(Syntax::Jsx),
        "text/tsx" => return Some(Syntax::Tsx),
        _ if JAVASCRIPT.contains(&media) => return Some(Syntax::JavaScript),
        _ if TYPESCRIPT.contains(&media) && ending == "tsx" => return Some(Syntax::Tsx),
        _ if TYPESCRIPT.contains(&media) => return Some(Syntax::TypeScript),
        _ if !open => return None,
        _ => {}
    }
    match ending {
        "js" | "mjs" => Some(Syntax::JavaScript),
        "jsx" => Some(Syntax::Jsx),
        "ts" | "mts" => Some(Syntax::TypeScript),
        "tsx" => Some(Syntax::Tsx),
        "wasm" => Some(Syntax::Wasm),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_type_decides_and_the_path_only_where_the_type_says_nothing() {
        for (media, path, expected) in [
            ("text/javascript", "/a.ts", Some(Syntax::JavaScript)),
            ("application/javascript", "/a", Some(Syntax::JavaScript)),
            ("application/typescript", "/a", Some(Syntax::TypeScript)),
            ("video/mp2t", "/a.ts", Some(Syntax::TypeScript)),
            ("text/typescript", "/a.tsx", Some(Syntax::Tsx)),
            ("application/wasm", "/a", Some(Syntax::Wasm)),
            ("text/plain", "/a/b.mjs", Some(Syntax::JavaScript)),
            ("", "/a.tsx", Some(Syntax::Tsx)),
            ("application/octet-stream", "/a.wasm", Some(Syntax::Wasm)),
            ("text/plain", "/a.b/c", None),
            ("text/html", "/a.js", None),
            ("image/png", "/a.js", None),
            ("application/json", "/a.js", None),
        ] {
            let found = syntax(Wanted::Code, media, path, b"1").ok();
            assert_eq!(found, expected, "{media} {path}");
        }
        assert_eq!(essence("Text/JavaScript; charset=utf-8"), "text/javascript");
    }

    #[test]
    fn attributes_ask_for_json_text_and_bytes() {
        let of = |wanted, media, bytes: &[u8]| syntax(wanted, media, "/a.json", bytes).ok();
        assert_eq!(of(Wanted::Json, "application/ld+json", b"{}"), Some(Syntax::Json));
        assert_eq!(of(Wanted::Json, "text/plain", b"{}"), Some(Syntax::Json));
        assert_eq!(of(Wanted::Json, "text/html", b"{}"), None);
        assert_eq!(of(Wanted::Text, "text/html", b"<p>"), Some(Syntax::Text));
        assert_eq!(of(Wanted::Text, "text/html", b"\xff"), None);
        assert_eq!(of(Wanted::Bytes, "text/html", b"\xff"), Some(Syntax::Bytes));
    }
}
