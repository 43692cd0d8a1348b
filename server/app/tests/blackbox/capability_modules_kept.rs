//! What is kept of imports: the lock file, the cache, and the modules of sessions.

use crate::capability_modules::{Setup, refusal, result};
use crate::harness::cdn::{Cdn, file, js};
use crate::harness::eventually;
use crate::harness::server::Server;
use crate::harness::state::Place;
use serde_json::json;

#[test]
fn what_changed_at_its_url_is_noticed_and_a_frozen_lock_loads_nothing_new() {
    let cdn =
        Cdn::start().with("/a.mjs", js("export default 1")).with("/b.mjs", js("export default 2"));
    let folder = tempfile::tempdir().expect("a temporary directory");
    let (lock, cache) = (folder.path().join("m.lock"), folder.path().join("cache"));
    let setup = |mode: &str| {
        let keys = format!(
            "lock = \"{mode}\"\nlock_file = {lock:?}\ncache_dir = {cache:?}\nmax_age_secs = 0"
        );
        Setup::allowing("true", &cdn).keys(&keys)
    };
    let import = |server: &Server, path: &str| {
        let code =
            format!("await import('{}').then((m) => m.default, (e) => e.message)", cdn.url(path));
        result(server, &code)
    };
    let recording = setup("record").start();
    assert_eq!(import(&recording, "/a.mjs"), json!(1));
    let written = || std::fs::read_to_string(&lock).ok().filter(|text| text.contains("/a.mjs"));
    let text = eventually("the lock file is written", written);
    assert!(
        text.contains("\"sha256\":\"") && text.contains("\"type\":\"text/javascript\""),
        "{text}"
    );
    drop(recording);
    let frozen = setup("frozen").start();
    assert_eq!(import(&frozen, "/a.mjs"), json!(1));
    let refused = import(&frozen, "/b.mjs");
    assert!(refused.as_str().is_some_and(|text| text.contains("frozen")), "{refused}");
    drop(frozen);
    cdn.put("/a.mjs", js("export default 'changed'"));
    let verifying = setup("verify").start();
    assert_eq!(import(&verifying, "/a.mjs"), json!(1), "out of the cache");
    drop(verifying);
    std::fs::remove_dir_all(&cache).expect("it is there");
    let verifying = setup("verify").start();
    let changed = import(&verifying, "/a.mjs");
    assert!(
        changed
            .as_str()
            .is_some_and(|text| text.contains("[error.conflict]") && text.contains("has changed")),
        "M06: {changed}"
    );
    assert_eq!(import(&verifying, "/b.mjs"), json!(2), "what is new is noted");
    drop(verifying);
    let recording = setup("record").start();
    assert_eq!(import(&recording, "/a.mjs"), json!("changed"));
}

#[test]
fn offline_only_what_is_in_the_cache_is_loaded() {
    let cdn =
        Cdn::start().with("/a.mjs", js("export default 1")).with("/b.mjs", js("export default 2"));
    let place = Place::new();
    let online = Setup::allowing("true", &cdn).start_at(&place);
    assert_eq!(
        result(&online, &format!("(await import('{}')).default", cdn.url("/a.mjs"))),
        json!(1)
    );
    eventually("the lock file is written", || {
        place.path().join("modules.lock").exists().then_some(())
    });
    drop(online);
    let connections = cdn.connections();
    let offline =
        Setup::allowing("true", &cdn).keys("offline = true\nmax_age_secs = 0").start_at(&place);
    assert_eq!(
        result(&offline, &format!("(await import('{}')).default", cdn.url("/a.mjs"))),
        json!(1)
    );
    let (code, message) = refusal(&offline, &cdn.url("/b.mjs"));
    assert_eq!(code, "error.not_found", "{message}");
    assert!(message.contains("modules.offline"), "{message}");
    assert_eq!(cdn.connections(), connections);
}

/// Sessions: what was imported is imported again after a restart.
#[test]
fn a_session_keeps_its_imports_over_a_restart_by_their_specifiers() {
    let cdn = Cdn::start();
    cdn.put("/lib.mjs", js("import { inner } from './inner.mjs'; export class Point { constructor(x) { this.x = x } get double() { return inner(this.x) } }\nexport class Secret { #s = 1; s() { return this.#s } }\nexport const tools = { twice: (n) => inner(n), list: [1] };\nlet count = 0; export const next = () => ++count;"));
    cdn.put("/inner.mjs", js("export const inner = (n) => n * 2;"));
    cdn.put("/d.json", file("application/json", "{\"a\": 1}"));
    let place = Place::new();
    let setup = || Setup::allowing("true", &cdn);
    let warm = setup().start_at(&place);
    let first = format!(
        "import {{ Point, tools, next }} from '{0}'; import * as all from '{0}'; import d from '{1}' with {{ type: 'json' }}; import {{ join }} from 'node:path';\nconst p = new Point(4); const twice = tools.twice; class Sub extends Point {{ y = 9 }} const sub = new Sub(5); const secret = new all.Secret(); const use = (n) => twice(n) + join('a', 'b').length; next(); next()",
        cdn.url("/lib.mjs"),
        cdn.url("/d.json")
    );
    let ended = warm.run_in("s", &first);
    assert_eq!((&ended["status"], &ended["result"]), (&json!("completed"), &json!(2)), "{ended}");
    let check = "[p instanceof Point, p.double, all.Point === Point, twice === tools.twice, use(3), sub instanceof Point, sub.double + sub.y, d.a, join('x', '..', 'y')]";
    let wanted = json!([true, 8, true, true, 9, true, 19, 1, "y"]);
    assert_eq!(warm.run_in("s", check)["result"], wanted);
    drop(warm);
    let cold = setup().start_at(&place);
    let ended = cold.run_in("s", check);
    assert_eq!(ended["result"], wanted, "{ended}");
    let lost = ended["lost"].to_string();
    assert!(lost.contains("\"secret\"") && lost.contains("private"), "{lost}");
    assert_eq!(ended["lost"].as_array().map(Vec::len), Some(1), "{lost}");
    assert_eq!(
        cold.run_in("s", "[next(), typeof secret]")["result"],
        json!([1, "undefined"]),
        "the module began anew"
    );
    drop(cold);
    // Where they may not be imported any more, the session goes on without them and says so.
    let denied = Setup::allowing("input.url_parsed.path == \"/d.json\"", &cdn).start_at(&place);
    let ended = denied.run_in("s", "[typeof p, typeof twice, d.a, join('x')]");
    assert_eq!(ended["result"], json!(["object", "undefined", 1, "x"]), "{ended}");
    let lost = ended["lost"].to_string();
    assert!(lost.contains("/lib.mjs") && lost.contains("policies.modules"), "{lost}");
}

#[test]
fn what_a_script_did_to_a_module_is_said_to_be_lost() {
    let cdn = Cdn::start().with("/lib.mjs", js("export const settings = { depth: 1 };"));
    let place = Place::new();
    let warm = Setup::allowing("true", &cdn).start_at(&place);
    warm.run_in(
        "s",
        &format!("import {{ settings }} from '{}'; settings.depth", cdn.url("/lib.mjs")),
    );
    assert_eq!(warm.run_in("s", "settings.depth = 2")["result"], json!(2));
    drop(warm);
    let cold = Setup::allowing("true", &cdn).start_at(&place);
    let ended = cold.run_in("s", "settings.depth");
    assert_eq!(ended["result"], json!(1));
    assert!(ended["lost"].to_string().contains("settings"), "{ended}");
}

#[test]
fn sessions_whose_heap_is_saved_import_too() {
    let cdn = Cdn::start()
        .with("/lib.mjs", js("let n = 0; export const next = () => ++n; export default 'd';"));
    let place = Place::new();
    let setup = || Setup::allowing("true", &cdn).set("sessions.kind=heap");
    let warm = setup().start_at(&place);
    let ended = warm.run_in("s", &format!("import d, {{ next }} from '{}'; import {{ join }} from 'node:path'; next(); next(); [d, join('a', 'b')]", cdn.url("/lib.mjs")));
    assert_eq!(ended["result"], json!(["d", "a/b"]), "{ended}");
    drop(warm);
    let cold = setup().start_at(&place);
    let ended = cold.run_in(
        "s",
        &format!("[next(), d, join('c', 'd'), (await import('{}')).next()]", cdn.url("/lib.mjs")),
    );
    assert_eq!(ended["result"], json!([3, "d", "c/d", 4]), "{ended}");
}
