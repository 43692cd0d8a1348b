//! Hostile uses of fs: ways out of a root, races, files that block or never end, and more than is allowed of anything.

use crate::harness::files::{CANARY, World};
use serde_json::{Value, json};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// Runs the calls, each for itself; what came of each.
fn outcomes(world: &World, calls: &[String]) -> Vec<Value> {
    let tries: Vec<String> = calls.iter().map(|call| format!("() => {call}")).collect();
    let code = format!(
        "[{}].map((f) => {{ try {{ return 'done: ' + f() }} catch (e) {{ return e.code ?? e.message }} }})",
        tries.join(", ")
    );
    world.result(&code).as_array().cloned().unwrap_or_default()
}

fn all(world: &World, calls: &[String], expected: &[&str]) {
    for (call, outcome) in calls.iter().zip(outcomes(world, calls)) {
        let found = outcome.as_str().unwrap_or_default();
        assert!(expected.contains(&found), "{call}: {found}");
    }
}

#[test]
fn no_spelling_of_a_path_leads_out_of_its_root() {
    let mut world = World::new("startswith(input.path, \"\")");
    let root = world.root().display().to_string();
    let name = world.root().file_name().expect("a name").to_string_lossy().into_owned();
    world.write("good", "good");
    std::fs::write(world.outside().join("secret"), CANARY).expect("it can be written");
    std::fs::create_dir(format!("{root}evil")).expect("beside the root");
    std::fs::write(format!("{root}evil/secret"), CANARY).expect("beside the root");
    let paths = [
        "../outside/secret".to_owned(),
        "./../outside/secret".to_owned(),
        "a/../../outside/secret".to_owned(),
        "//../outside/secret".to_owned(),
        format!("{root}/../outside/secret"),
        format!("{root}/./.././outside/secret"),
        format!("{root}//..//outside//secret"),
        format!("{root}evil/secret"),
        format!("../{name}evil/secret"),
        world.outside().join("secret").display().to_string(),
        "/etc/passwd".to_owned(),
        format!("{root}/../../../../../../../../etc/passwd"),
        "/proc/self/root/etc/passwd".to_owned(),
        "/proc/self/environ".to_owned(),
        "/proc/self/fd/0".to_owned(),
        "/dev/fd/0".to_owned(),
        "/dev/stdin".to_owned(),
        "~/secret".to_owned(),
        "..%2foutside%2fsecret".to_owned(),
        "..\\\\outside\\\\secret".to_owned(),
        "file:///etc/passwd".to_owned(),
    ];
    let calls: Vec<String> =
        ["readFileSync", "statSync", "readdirSync", "realpathSync", "accessSync"]
            .iter()
            .flat_map(|call| paths.iter().map(move |path| format!("fs.{call}('{path}')")))
            .collect();
    all(&world, &calls, &["EACCES", "ENOENT"]);
    assert_eq!(world.code("fs.readFileSync(new URL('file:///etc/passwd'))"), json!("EACCES"));
    // Refused whether or not something is there.
    let there = world.result("(() => { try { fs.statSync('../outside/secret') } catch (e) { return e.message.replaceAll('secret', 'X') } })()");
    let missing = world.result("(() => { try { fs.statSync('../outside/nothing') } catch (e) { return e.message.replaceAll('nothing', 'X') } })()");
    assert_eq!(there, missing);
    assert_eq!(world.result(&format!("fs.readFileSync('{root}/./good', 'utf8')")), json!("good"));
    assert!(!world.server.stderr().contains(CANARY));
    world.server.oracle("spellings");
}

#[test]
fn names_that_no_file_can_have_are_errors() {
    let mut world = World::new("true");
    let long = "x".repeat(256);
    let path = "y/".repeat(2049);
    let calls = [
        "''".to_owned(),
        format!("'{long}'"),
        format!("'{path}'"),
        "'a\\0b'".to_owned(),
        "7.5".to_owned(),
        "{}".to_owned(),
    ]
    .map(|path| format!("fs.readFileSync({path})"));
    all(
        &world,
        &calls,
        &["ENOENT", "ENAMETOOLONG", "ERR_INVALID_ARG_VALUE", "ERR_INVALID_ARG_TYPE"],
    );
    let name = "z".repeat(255);
    world.write(&name, "good");
    assert_eq!(world.result(&format!("fs.readFileSync('{name}', 'utf8')")), json!("good"));
    world.server.oracle("names");
}

#[test]
fn no_link_leads_out_of_its_root() {
    let world = World::new("true");
    let root = world.root();
    std::fs::write(world.outside().join("secret"), CANARY).expect("it can be written");
    let link = |target: &str, name: &str| symlink(target, root.join(name)).expect("a link");
    link(&world.outside().join("secret").display().to_string(), "absolute");
    link("../outside/secret", "relative");
    link("../outside", "folder");
    link("/proc/self/root", "magic");
    for at in 0..41 {
        link(&format!("chain{}", at + 1), &format!("chain{at}"));
    }
    let calls = ["absolute", "relative", "folder/secret", "magic/etc/passwd", "chain0"]
        .map(|path| format!("fs.readFileSync('{path}', 'utf8')"));
    all(&world, &calls, &["EACCES", "ELOOP", "ENOENT"]);
    let calls = ["absolute", "relative", "folder/new"]
        .map(|path| format!("fs.writeFileSync('{path}', 'x')"));
    all(&world, &calls, &["EACCES", "ELOOP", "ENOENT"]);
    assert_eq!(world.code("fs.symlinkSync('../outside/secret', 'made')"), json!("EACCES"));
    assert!(
        std::fs::read_to_string(world.outside().join("secret")).is_ok_and(|text| text == CANARY)
    );
    world.write("good", "good");
    link("good", "inside");
    assert_eq!(world.result("fs.symlinkSync('good', 'own'); [fs.readFileSync('inside', 'utf8'), fs.readFileSync('own', 'utf8')]"), json!(["good", "good"]));
}

#[test]
fn what_touches_two_paths_needs_both_and_a_removal_follows_no_link() {
    let allowed = "not startswith(input.real_path, sprintf(\"%s/private\", [input.root.path]))\n\tnot startswith(object.get(input, \"real_destination\", \"\"), sprintf(\"%s/private\", [input.root.path]))";
    let world = World::new(allowed);
    world.write("public/a", "a");
    world.write("private/b", CANARY);
    let calls = [
        "fs.renameSync('public/a', 'private/a')",
        "fs.renameSync('private/b', 'public/b')",
        "fs.copyFileSync('public/a', 'private/a')",
        "fs.copyFileSync('private/b', 'public/b')",
        "fs.symlinkSync('../private/b', 'public/link')",
        "fs.rmSync('../outside', { recursive: true })",
        "fs.readFileSync('private/b')",
    ]
    .map(str::to_owned);
    all(&world, &calls, &["EACCES"]);
    assert!(
        world
            .code("fs.rmSync('.', { recursive: true })")
            .as_str()
            .is_some_and(|code| code == "EBUSY")
    );
    std::fs::write(world.outside().join("kept"), "kept").expect("it can be written");
    symlink("../outside", world.root().join("public/link")).expect("a link");
    assert_eq!(world.result("fs.copyFileSync('public/a', 'public/c'); fs.rmSync('public', { recursive: true }); fs.existsSync('public')"), json!(false));
    assert_eq!(std::fs::read_to_string(world.outside().join("kept")).ok().as_deref(), Some("kept"));
}

#[test]
fn a_swap_race_of_ten_thousand_rounds_leaks_nothing() {
    let world = World::with_condition("true", "read_write", "");
    world.write("d/secret", "inside");
    std::fs::write(world.outside().join("secret"), CANARY).expect("it can be written");
    symlink("../outside", world.root().join("link")).expect("a link");
    let (one, other, over) =
        (world.root().join("d"), world.root().join("link"), AtomicBool::new(false));
    let code = "let inside = 0, refused = 0, leaked = 0; for (let i = 0; i < 10000; i++) { try { fs.readFileSync('d/secret', 'utf8') === 'inside' ? inside++ : leaked++ } catch { refused++ } if (i % 10 === 0) { try { fs.writeFileSync('d/planted', 'x') } catch {} } } ({ inside, refused, leaked })";
    let result = std::thread::scope(|scope| {
        scope.spawn(|| {
            use rustix::fs::{CWD, RenameFlags, renameat_with};
            while !over.load(Relaxed) {
                renameat_with(CWD, &one, CWD, &other, RenameFlags::EXCHANGE)
                    .expect("both are there");
            }
        });
        let ended = world.run(code);
        over.store(true, Relaxed);
        ended["result"].clone()
    });
    let count = |name: &str| result[name].as_u64().unwrap_or_else(|| panic!("{result}"));
    assert_eq!(count("leaked"), 0, "{result}");
    assert!(count("inside") > 0 && count("refused") > 0, "nothing was raced: {result}");
    assert!(!world.outside().join("planted").exists());
}

#[test]
fn pipes_sockets_and_devices_are_refused_at_once() {
    let mut world = World::new("true");
    let pipe = world.root().join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().is_ok_and(|status| status.success()));
    let _socket =
        std::os::unix::net::UnixListener::bind(world.root().join("socket")).expect("a socket");
    let begun = std::time::Instant::now();
    let calls: Vec<String> = ["pipe", "socket"]
        .iter()
        .flat_map(|name| {
            [
                format!("fs.readFileSync('{name}')"),
                format!("fs.writeFileSync('{name}', 'x')"),
                format!("fs.copyFileSync('{name}', 'copy')"),
            ]
        })
        .collect();
    all(&world, &calls, &["EACCES"]);
    assert!(begun.elapsed().as_secs() < 5, "{:?}", begun.elapsed());
    world.write("good", "good");
    assert_eq!(
        world.result("[fs.lstatSync('pipe').isFIFO(), fs.readFileSync('good', 'utf8')]"),
        json!([true, "good"])
    );
    world.server.oracle("pipes");
}

#[test]
fn quotas_end_what_would_fill_the_disk_the_memory_or_the_table_of_descriptors() {
    let quotas = "max_file_mb = 2\nmax_write_mb_per_run = 4\nmax_entries = 50\nmax_open = 8";
    let mut world = World::with_condition("true", "read_write", quotas);
    let sparse = std::fs::File::create(world.root().join("sparse")).expect("it can be made");
    sparse.set_len(1 << 40).expect("a sparse file");
    let refused = |code: &str| {
        world.result(&format!("(() => {{ try {{ {code}; return 'done' }} catch (e) {{ return [e.code, e.outcome] }} }})()"))
    };
    let size = |errno: &str| json!([errno, "limit.size"]);
    assert_eq!(refused("fs.readFileSync('sparse')"), size("EFBIG"));
    assert_eq!(refused("fs.writeFileSync('big', new Uint8Array(3 << 20))"), size("EFBIG"));
    assert_eq!(refused("fs.truncateSync('sparse', 2 ** 41)"), size("EFBIG"));
    assert_eq!(
        refused("for (let i = 0; i < 9; i++) fs.writeFileSync('f', new Uint8Array(1 << 20))"),
        size("EDQUOT")
    );
    assert_eq!(
        refused("for (let i = 0; i < 1e5; i++) fs.writeFileSync(`tiny${i}`, '1')"),
        size("EDQUOT")
    );
    assert_eq!(
        refused("let p = 'deep'; for (let i = 0; i < 10000; i++) { fs.mkdirSync(p); p += '/d' }"),
        size("EDQUOT")
    );
    assert_eq!(refused("for (let i = 0; i < 100000; i++) fs.openSync('f')"), size("EMFILE"));
    // What a run forgot to close is closed with it.
    for _ in 0..3 {
        assert_eq!(
            world.result("for (let i = 0; i < 8; i++) fs.openSync('f'); 'open'"),
            json!("open")
        );
    }
    let made = std::fs::read_dir(world.root()).expect("it is there").count();
    assert!(made < 120, "{made} entries");
    let descriptors = format!("/proc/{}/fd", world.server.id());
    crate::harness::eventually("files of runs are closed", || {
        let links = std::fs::read_dir(&descriptors)
            .ok()?
            .filter_map(|entry| std::fs::read_link(entry.ok()?.path()).ok());
        (links.filter(|link| link.ends_with("f")).count() == 0).then_some(())
    });
    world.server.oracle("quotas");
}

#[test]
fn what_scripts_make_is_for_the_server_alone() {
    let world = World::new("true");
    assert_eq!(world.result("fs.writeFileSync('file', 'x'); fs.mkdirSync('dir'); fs.writeFileSync('open', 'x', { mode: 0o4777 }); 'made'"), json!("made"));
    let mode = |name: &str| {
        std::fs::metadata(world.root().join(name)).expect("it is there").permissions().mode()
            & 0o7777
    };
    assert_eq!((mode("file"), mode("dir")), (0o600, 0o700));
    assert_eq!(mode("open") & 0o7000, 0, "no setuid");
    assert_eq!(world.code("fs.chmodSync('file', 0o4755)"), json!("EPERM"));
    assert_eq!(
        world.result("fs.chmodSync('file', 0o640); fs.statSync('file').mode & 0o7777"),
        json!(0o640)
    );
}

#[test]
fn a_root_that_reaches_the_servers_own_files_refuses_the_start() {
    let home = tempfile::tempdir().expect("a temporary directory");
    let path = |name: &str| home.path().join(name).display().to_string();
    for name in ["state", "files", "policies", "secrets"] {
        std::fs::create_dir(path(name)).expect("a directory");
    }
    std::fs::write(path("policies/p.rego"), "package mcp.filesystem\n\nallow := true\n")
        .expect("a policy");
    std::fs::write(path("secrets/key"), "").expect("a file");
    symlink(path("state"), path("innocent")).expect("a link");
    let check = |root: &str| {
        let text = format!(
            "[storage]\nkind = \"dir\"\npath = {:?}\nkey_file = {:?}\n[policies.filesystem]\nrules = [{{ path = {:?} }}]\nroots = [{{ path = {:?} }}]\n",
            path("state"),
            path("secrets/key"),
            path("policies/p.rego"),
            path(root)
        );
        let config = Path::new(&path("conf")).join("mcp-v8.toml");
        std::fs::create_dir_all(config.parent().expect("a folder")).expect("a folder");
        std::fs::write(&config, text).expect("it can be written");
        let output = Command::new(crate::harness::server::binary())
            .arg("check")
            .arg("--config")
            .arg(&config)
            .output()
            .expect("it runs");
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    for root in ["state", "state/deeper", "", "policies", "secrets", "innocent", "conf"] {
        let (code, said) = check(root);
        assert!(
            code == Some(78) && said.contains("scripts would reach"),
            "{root}: {code:?} {said}"
        );
    }
    assert_eq!(check("files").0, Some(0), "{}", check("files").1);
}
