//! Imports in scripts, under a policy (threats M01 to M10): what is allowed is loaded, what is not never reaches the
//! network, and what has changed is noticed.

use crate::harness::cdn::{Cdn, file, js, redirect};
use crate::harness::eventually;
use crate::harness::server::Server;
use crate::harness::state::Place;
use serde_json::{Value, json};
use std::path::Path;

/// A configuration whose scripts may import what these Rego rules say, from this CDN, and a server with it.
pub struct Setup {
    rego: String,
    origins: Vec<String>,
    keys: String,
    settings: Vec<String>,
}

impl Setup {
    pub fn allowing(condition: &str, cdn: &Cdn) -> Self {
        let origin = cdn.origin();
        let rego = format!("default allow := false\n\nallow if {{\n\t{condition}\n}}\n");
        let keys = format!("npm_cdn = \"{origin}/npm\"\njsr_registry = \"{origin}/jsr\"\n");
        Self { rego, origins: vec![origin], keys, settings: Vec::new() }
    }

    /// Modules may come from here too.
    fn and(mut self, other: &Cdn) -> Self {
        self.origins.push(other.origin());
        self
    }

    /// Keys of `[modules]`.
    pub fn keys(mut self, keys: &str) -> Self {
        self.keys.push_str(keys);
        self.keys.push('\n');
        self
    }

    pub fn set(mut self, setting: &str) -> Self {
        self.settings.push(setting.to_owned());
        self
    }

    fn text(&self, folder: &Path, storage: &str) -> String {
        let policy = folder.join("modules.rego");
        std::fs::write(&policy, format!("package mcp.modules\n\n{}", self.rego)).expect("written");
        format!(
            "{storage}\n[transport.http]\n[policies.modules]\nrules = [{{ path = {:?} }}]\n[fetch]\nallow_cidrs = [\"127.0.0.0/8\"]\n[modules]\nhttp_origins = {:?}\n{}",
            policy.display().to_string(),
            self.origins,
            self.keys
        )
    }

    pub fn start(&self) -> Server {
        let home = tempfile::tempdir().expect("a temporary directory");
        let config = home.path().join("mcp-v8.toml");
        std::fs::write(&config, self.text(home.path(), "[storage]\nkind = \"none\""))
            .expect("written");
        let config = config.display().to_string();
        let mut settings: Vec<&str> = vec!["limits.execution_timeout_secs=10"];
        settings.extend(self.settings.iter().map(String::as_str));
        Server::start_in(home, &settings, &["--config", &config])
    }

    /// With its state in this place.
    pub fn start_at(&self, place: &Place) -> Server {
        let folder = place.path();
        std::fs::create_dir_all(&folder).expect("a directory");
        let config = folder.with_extension("toml");
        let keys = self.text(folder.parent().expect("it has one"), "");
        std::fs::write(&config, keys).expect("written");
        let flag = format!("storage.path={}", folder.display());
        let home = tempfile::tempdir().expect("a temporary directory");
        let config = config.display().to_string();
        let mut settings: Vec<&str> = vec!["limits.execution_timeout_secs=10"];
        settings.extend(self.settings.iter().map(String::as_str));
        Server::start_in(home, &settings, &["--config", &config, "--set", &flag])
    }
}

pub fn result(server: &Server, code: &str) -> Value {
    let ended = server.run(code);
    assert_eq!(ended["status"], "completed", "{code}: {ended}");
    ended["result"].clone()
}

/// The code and message of what an import throws.
pub fn refusal(server: &Server, specifier: &str) -> (String, String) {
    let code = format!("await import({specifier:?}).then(() => 'imported', (e) => e.message)");
    let message = result(server, &code).as_str().unwrap_or_default().to_owned();
    (code_in(&message), message)
}

/// The outcome code in a message: `[denied.policy]`.
fn code_in(message: &str) -> String {
    let areas = ["limit.", "denied.", "error."];
    let is_code = |text: &&str| areas.iter().any(|area| text.starts_with(area));
    message.split(['[', ']']).rfind(is_code).unwrap_or_default().to_owned()
}

#[test]
fn static_and_dynamic_imports_load_a_graph() {
    let cdn = Cdn::start()
        .with("/a/main.mjs", js("import { b } from './b.mjs'; import c from '../c.mjs'; export const a = `a${b}${c}`; export default a;"))
        .with("/a/b.mjs", js("import { a } from './main.mjs'; export const b = 'b'; export const later = () => a;"))
        .with("/c.mjs", js("export default 'c'; export const url = import.meta.url;"));
    let server = Setup::allowing("true", &cdn).start();
    let url = cdn.url("/a/main.mjs");
    let code = format!(
        "import main, {{ a as first }} from '{url}';\nimport * as c from '{}';\n[main, first, c.default, c.url]",
        cdn.url("/c.mjs")
    );
    assert_eq!(result(&server, &code), json!(["abc", "abc", "c", cdn.url("/c.mjs")]));
    let dynamic = format!(
        "const one = await import('{url}'); const two = await import('{url}'); [one === two, one.a, (await import('{}')).later()]",
        cdn.url("/a/b.mjs")
    );
    assert_eq!(result(&server, &dynamic), json!([true, "abc", "abc"]));
    assert_eq!(cdn.count("/c.mjs"), 1, "the second run has it from the cache");
}

#[test]
fn attributes_load_json_text_and_bytes_and_webassembly_needs_none() {
    let wasm = wat::parse_str("(module (func (export \"add\") (param i32 i32) (result i32) local.get 0 local.get 1 i32.add))").expect("it is valid");
    let cdn = Cdn::start()
        .with("/a.json", file("application/json", "{\"n\": [1, 2]}"))
        .with("/a.txt", file("text/plain", "h\u{e9}"))
        .with("/a.bin", file("image/png", [0_u8, 255, 7]))
        .with("/a.html", file("text/html", "<p>"))
        .with("/a.wasm", file("application/wasm", wasm));
    let server = Setup::allowing("true", &cdn).start();
    let u = |path: &str| cdn.url(path);
    let code = format!(
        "import data from '{}' with {{ type: 'json' }};\nimport text from '{}' with {{ type: 'text' }};\nimport bytes from '{}' with {{ type: 'bytes' }};\nimport {{ add }} from '{}';\n[data.n[1], text, bytes instanceof Uint8Array, [...bytes], add(2, 3)]",
        u("/a.json"),
        u("/a.txt"),
        u("/a.bin"),
        u("/a.wasm")
    );
    assert_eq!(result(&server, &code), json!([2, "h\u{e9}", true, [0, 255, 7], 5]));
    let (_, message) = refusal(&server, &u("/a.html"));
    assert!(message.contains("text/html") && message.contains("no module"), "{message}");
    let (_, message) = refusal(&server, &u("/a.json"));
    assert!(message.contains("type: \"json\""), "{message}");
    let odd = format!(
        "await import('{}', {{ with: {{ type: 'css' }} }}).catch((e) => e.message)",
        u("/a.json")
    );
    assert!(
        result(&server, &odd).as_str().is_some_and(|text| text.contains("json, text and bytes"))
    );
}

#[test]
fn typescript_modules_are_transpiled_and_their_errors_are_theirs() {
    let cdn = Cdn::start()
        .with("/m.ts", file("application/typescript", "export interface A { n: number }\nexport enum E { X = 3 }\nexport function f(a: A): number { return a.n + E.X }\nexport function bad(): never {\n  throw new Error('in ts')\n}\n"))
        .with("/bad.ts", file("text/typescript", "const a: number = 1;\nconst a = ;\n"))
        .with("/deep.ts", file("text/typescript", format!("export default {}1{}", "[".repeat(200_000), "]".repeat(200_000))));
    let server = Setup::allowing("true", &cdn).start();
    let code = format!(
        "import {{ f, bad }} from '{}'; let where = ''; try {{ bad() }} catch (e) {{ where = e.stack }} [f({{ n: 1 }}), where.includes('/m.ts:5:')]",
        cdn.url("/m.ts")
    );
    assert_eq!(result(&server, &code), json!([4, true]));
    let caught = |path: &str| {
        let code = format!(
            "await import('{}').then(() => 'ran', (e) => `${{e.name}}: ${{e.message}}`)",
            cdn.url(path)
        );
        result(&server, &code).as_str().unwrap_or_default().to_owned()
    };
    let bad = caught("/bad.ts");
    assert!(bad.contains("SyntaxError: ") && bad.contains("/bad.ts:2:11"), "{bad}");
    let deep = caught("/deep.ts");
    assert!(deep.contains("SyntaxError: "), "M09: {deep}");
    assert_eq!(result(&server, "1 + 1"), json!(2));
}

#[test]
fn without_a_policy_nothing_is_imported_and_the_message_names_the_section() {
    let cdn = Cdn::start().with("/a.mjs", js("export default 1"));
    let server = Server::small();
    for specifier in ["npm:lodash-es@4", "jsr:@std/csv", &cdn.url("/a.mjs")] {
        let (code, message) = refusal(&server, specifier);
        assert_eq!(code, "denied.policy", "M01 {specifier}: {message}");
        assert!(message.contains("[policies.modules]"), "{message}");
    }
    assert_eq!(cdn.connections(), 0);
    assert_eq!(
        result(&server, "import { join } from 'node:path'; join('a', '../b')"),
        json!("b"),
        "what needs none is there"
    );
    let denied = Setup::allowing("input.url_parsed.path == \"/a.mjs\"", &cdn).start();
    let (code, message) = refusal(&denied, &cdn.url("/b.mjs"));
    assert_eq!(code, "denied.policy", "{message}");
    assert!(message.contains("policies.modules") && message.contains("/b.mjs"), "{message}");
    assert_eq!(cdn.connections(), 0, "it was not even connected to");
    assert_eq!(
        result(&denied, &format!("(await import('{}')).default", cdn.url("/a.mjs"))),
        json!(1)
    );
}

#[test]
fn every_edge_is_judged_whoever_loaded_the_module_before() {
    let other = Cdn::start().with("/secret.mjs", js("export default 's'"));
    let cdn = Cdn::start();
    cdn.put("/in.mjs", js(format!("export {{ default }} from '{}';", other.url("/secret.mjs"))));
    cdn.put("/ok.mjs", js("export { default } from './inner.mjs';"));
    cdn.put("/inner.mjs", js("export default 'inner';"));
    // The script may import only what is not inner; inner only from /ok.mjs.
    let rule = format!(
        "input.url_parsed.port == {}\n\tedge\n}}\n\nedge if input.url_parsed.path != \"/inner.mjs\"\n\nedge if {{\n\tis_string(input.referrer)\n\tendswith(input.referrer, \"/ok.mjs\")",
        cdn.address.port()
    );
    let server = Setup::allowing(&rule, &cdn).and(&other).start();
    let (code, message) = refusal(&server, &cdn.url("/in.mjs"));
    assert_eq!(code, "denied.policy", "M02: {message}");
    assert_eq!(other.connections(), 0);
    let code = format!(
        "const ok = (await import('{}')).default; const direct = await import('{}').catch((e) => e.message.includes('[denied.policy]')); [ok, direct]",
        cdn.url("/ok.mjs"),
        cdn.url("/inner.mjs")
    );
    assert_eq!(result(&server, &code), json!(["inner", true]), "it is in the module map already");
}

#[test]
fn every_hop_of_a_redirect_is_judged() {
    let cdn = Cdn::start()
        .with("/go", redirect("/end.mjs"))
        .with("/bad", redirect("/denied.mjs"))
        .with("/loop", redirect("/loop"))
        .with("/out", redirect("http://127.0.0.2:1/x.mjs"))
        .with("/end.mjs", js("import x from './x.mjs'; export default [import.meta.url, x];"))
        .with("/x.mjs", js("export default 'x'"))
        .with("/denied.mjs", js("export default 'denied'"));
    let server = Setup::allowing("input.url_parsed.path != \"/denied.mjs\"", &cdn)
        .keys("max_redirects = 3")
        .start();
    for _ in 0..2 {
        // The second time out of the cache.
        let code = format!("(await import('{}')).default", cdn.url("/go"));
        assert_eq!(result(&server, &code), json!([cdn.url("/end.mjs"), "x"]));
        let (code, message) = refusal(&server, &cdn.url("/bad"));
        assert_eq!(code, "denied.policy", "M03: {message}");
        let (code, message) = refusal(&server, &cdn.url("/loop"));
        assert_eq!(code, "limit.size", "{message}");
        assert!(message.contains("modules.max_redirects"), "{message}");
        let (code, message) = refusal(&server, &cdn.url("/out"));
        assert_eq!(code, "denied.egress", "{message}");
    }
    assert_eq!(cdn.count("/denied.mjs"), 0);
    assert_eq!(cdn.count("/go"), 1);
}

#[test]
fn private_addresses_and_http_are_out_of_reach_whatever_the_policy_says() {
    let cdn = Cdn::start().with("/a.mjs", js("export default 1"));
    let open = Setup::allowing("true", &cdn);
    let closed = open.start();
    for url in [
        "http://169.254.169.254/latest.mjs",
        "http://127.0.0.1:1/a.mjs",
        "https://[::1]/a.mjs",
        "https://10.0.0.1/a.mjs",
    ] {
        let (code, message) = refusal(&closed, url);
        assert_eq!(code, "denied.egress", "{url}: {message}");
    }
    for bad in [
        "file:///etc/passwd",
        "data:text/javascript,1",
        "ext:core/mod.js",
        "blob:x",
        "./a.mjs",
        "lodash",
    ] {
        let (_, message) = refusal(&closed, bad);
        assert!(message.starts_with("import of"), "{bad}: {message}");
    }
    assert_eq!(
        result(&closed, &format!("(await import('{}')).default", cdn.url("/a.mjs"))),
        json!(1)
    );
}

#[test]
fn packages_of_npm_come_from_the_cdn_and_stay_in_their_package() {
    let cdn = Cdn::start()
        .with("/npm/left@1", redirect("/npm/left@1.2.0/index.mjs"))
        .with(
            "/npm/left@1.2.0/index.mjs",
            js("import { pad } from '/npm/left@1.2.0/lib/pad.mjs'; export default (s) => pad(s);"),
        )
        .with("/npm/left@1.2.0/lib/pad.mjs", js("export const pad = (s) => s.padStart(5, '.');"));
    let rule = "input.package.name == \"left\"\n}\n\nallow if {\n\tis_string(input.referrer)\n\tstartswith(input.url_parsed.path, \"/npm/left@\")";
    let server = Setup::allowing(rule, &cdn).start();
    assert_eq!(result(&server, "import left from 'npm:left@1'; left('ab')"), json!("...ab"));
    for bad in ["npm:left@1/../../x", "npm:left@1/..%2f..%2fx", "npm:../x", "npm:@a/../x"] {
        let (code, message) = refusal(&server, bad);
        assert_eq!(code, "error.request", "M04 {bad}: {message}");
    }
    let (code, message) = refusal(&server, "npm:right@1");
    assert_eq!(code, "denied.policy", "{message}");
}

/// A package of jsr with these files; the manifest has the checksums of `listed`.
fn jsr(cdn: &Cdn, files: &[(&str, &str)], listed: &[(&str, &str)]) {
    use sha2::{Digest, Sha256};
    let manifest: serde_json::Map<String, Value> = listed
        .iter()
        .map(|(path, text)| {
            let sum = format!("sha256-{:x}", HexOf(&Sha256::digest(text.as_bytes())));
            (format!("/{path}"), json!({ "size": text.len(), "checksum": sum }))
        })
        .collect();
    let meta = json!({ "manifest": manifest, "exports": { ".": "./mod.ts", "./up": "./../../x.ts", "./gone": "./gone.ts" } });
    cdn.put("/jsr/@s/n/1.2.3_meta.json", file("application/json", meta.to_string()));
    for (path, text) in files {
        cdn.put(&format!("/jsr/@s/n/1.2.3/{path}"), file("text/typescript", *text));
    }
}

struct HexOf<'b>(&'b [u8]);

impl std::fmt::LowerHex for HexOf<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

#[test]
fn packages_of_jsr_have_the_version_that_fits_and_the_content_that_was_published() {
    let cdn = Cdn::start();
    let versions = json!({ "latest": "2.0.0", "versions": { "1.0.0": {}, "1.2.3": {}, "1.3.0": { "yanked": true }, "2.0.0": {} } });
    cdn.put("/jsr/@s/n/meta.json", file("application/json", versions.to_string()));
    let (main, inner) = (
        "import { two } from './inner.ts'; export const n: number = two + 1;",
        "export const two: number = 2;",
    );
    jsr(&cdn, &[("mod.ts", main), ("inner.ts", inner)], &[("mod.ts", main), ("inner.ts", inner)]);
    let server = Setup::allowing("true", &cdn).start();
    assert_eq!(result(&server, "import { n } from 'jsr:@s/n@^1.0'; n"), json!(3));
    let (code, message) = refusal(&server, "jsr:@s/n@^3");
    assert_eq!(code, "error.not_found", "{message}");
    for bad in ["jsr:@s/n@1/up", "jsr:@s/n@1/gone", "jsr:@s/n@1/none"] {
        let (code, message) = refusal(&server, bad);
        assert_eq!(code, "error.not_found", "M04 {bad}: {message}");
    }
    assert!(refusal(&server, "jsr:@s/n@1/none").1.contains("it has ., ./gone"));
    // Another server, whose registry sends other bytes than it has published.
    let evil = Cdn::start();
    evil.put("/jsr/@s/n/meta.json", file("application/json", versions.to_string()));
    jsr(
        &evil,
        &[("mod.ts", main), ("inner.ts", "export const two = 666;")],
        &[("mod.ts", main), ("inner.ts", inner)],
    );
    let server = Setup::allowing("true", &evil).start();
    let (code, message) = refusal(&server, "jsr:@s/n@1");
    assert_eq!(code, "error.conflict", "M06: {message}");
    assert!(message.contains("checksum"), "{message}");
}

#[test]
fn a_graph_is_bounded_in_number_depth_and_bytes() {
    let cdn = Cdn::start().with("/ok.mjs", js("export default 1"));
    for n in 0..30 {
        cdn.put(&format!("/wide/{n}.mjs"), js("export default 1"));
        cdn.put(&format!("/deep/{n}.mjs"), js(format!("import './{}.mjs';", n + 1)));
    }
    let wide: String = (0..30).map(|n| format!("import './wide/{n}.mjs';")).collect();
    cdn.put("/wide.mjs", js(wide));
    cdn.put("/large.mjs", js(format!("//{}", "x".repeat(2 << 20))));
    let most = format!("/*{}*/", "x".repeat(1_000_000));
    for n in 0..3 {
        cdn.put(&format!("/most/{n}.mjs"), js(most.clone()));
    }
    let mut bomb = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    std::io::Write::write_all(&mut bomb, &vec![b' '; 64 << 20]).expect("it fits");
    let mut bomb = js(bomb.finish().expect("it fits"));
    bomb.headers.push_str("Content-Encoding: gzip\r\n");
    cdn.put("/bomb.mjs", bomb);
    let server = Setup::allowing("true", &cdn)
        .keys(
            "max_count = 20\nmax_depth = 5\nmax_module_mb = 1\nmax_total_mb = 2\ntimeout_secs = 1",
        )
        .start();
    for (path, key) in [
        ("/wide.mjs", "modules.max_count"),
        ("/deep/0.mjs", "modules.max_depth"),
        ("/large.mjs", "modules.max_module_mb"),
        ("/bomb.mjs", "modules.max_module_mb"),
    ] {
        let (code, message) = refusal(&server, &cdn.url(path));
        assert_eq!(code, "limit.size", "M05 {path}: {message}");
        assert!(message.contains(key), "{path}: {message}");
    }
    let all = format!(
        "await import('{0}/0.mjs'); await import('{0}/1.mjs'); await import('{0}/2.mjs').catch((e) => e.message)",
        cdn.url("/most")
    );
    let total = result(&server, &all);
    assert!(total.as_str().is_some_and(|text| text.contains("modules.max_total_mb")), "{total}");
    let (code, message) = refusal(&server, &cdn.url("/hang"));
    assert_eq!(code, "limit.timeout", "{message}");
    assert_eq!(
        result(&server, &format!("(await import('{}')).default", cdn.url("/ok.mjs"))),
        json!(1)
    );
}

#[test]
fn a_thousand_distinct_queries_are_a_thousand_decisions() {
    let cdn = Cdn::start();
    let server = Setup::allowing("false", &cdn).set("log.level=info").start();
    let code = format!(
        "let denied = 0; for (let i = 0; i < 1000; i++) await import('{}?secret=' + i).catch((e) => {{ denied += e.message.includes('[denied.policy]') }}); denied",
        cdn.url("/a.mjs")
    );
    assert_eq!(result(&server, &code), json!(1000), "M08");
    assert_eq!(cdn.connections(), 0);
    let audited =
        || (server.stderr().matches("\"capability\":\"modules\"").count() >= 1000).then_some(());
    eventually("a record of every decision", audited);
}

#[test]
fn a_module_that_never_settles_ends_at_the_limit_of_the_run() {
    let cdn = Cdn::start()
        .with("/never.mjs", js("await new Promise((r) => setTimeout(r, 1e8));"))
        .with("/spin.mjs", js("for (;;);"))
        .with("/stuck.mjs", js("await new Promise(() => {});"))
        .with("/ok.mjs", js("export default await Promise.resolve(5);"));
    let mut server = Setup::allowing("true", &cdn).start();
    for path in ["/never.mjs", "/spin.mjs"] {
        let body = json!({ "code": format!("import '{}'", cdn.url(path)), "wait_ms": 20_000, "execution_timeout_secs": 1 });
        let ended = server.post("/api/exec", &body).json();
        assert_eq!(ended["error"]["code"], "limit.timeout", "M10 {path}: {ended}");
        server.oracle(path);
    }
    let stuck = server.run(&format!("import '{}'", cdn.url("/stuck.mjs")));
    assert_eq!(stuck["status"], "failed", "{stuck}");
    assert_eq!(
        result(&server, &format!("import five from '{}'; five", cdn.url("/ok.mjs"))),
        json!(5)
    );
}

/// Real packages of npm, served as an ES module CDN does it: ranges redirect, and bare imports are URLs.
#[test]
fn a_real_package_of_npm_with_a_dependency_works() {
    let package = |name: &str| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/packages")
            .join(name)
            .join("index.js");
        std::fs::read_to_string(path).expect("the package is there")
    };
    let limit = package("p-limit-7.3.3").replace("'yocto-queue'", "'/npm/yocto-queue@%5E1.2.1'");
    let cdn = Cdn::start()
        .with("/npm/p-limit@7", redirect("/npm/p-limit@7.3.3/index.js"))
        .with("/npm/p-limit@7.3.3/index.js", js(limit))
        .with("/npm/yocto-queue@%5E1.2.1", redirect("/npm/yocto-queue@1.2.2/index.js"))
        .with("/npm/yocto-queue@1.2.2/index.js", js(package("yocto-queue-1.2.2")));
    let server = Setup::allowing("true", &cdn).start();
    let code = "import pLimit from 'npm:p-limit@7';\nconst limit = pLimit(2); let active = 0, most = 0;\nconst job = async (n: number) => { most = Math.max(most, ++active); await new Promise((r) => setTimeout(r, 1)); active--; return n * n };\n[await Promise.all([1, 2, 3, 4, 5].map((n) => limit(job, n))), most]";
    assert_eq!(result(&server, code), json!([[1, 4, 9, 16, 25], 2]));
}
