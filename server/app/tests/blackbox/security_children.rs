//! Hostile child processes: ways around a policy, what a child finds, whom it reaches, and what is left of it.

use crate::harness::children::{CANARY, Children, has_zombies, is_running};
use crate::harness::eventually;
use serde_json::json;
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};

/// What came of a call: `done`, or the error's code and outcome.
fn outcome(world: &Children, call: &str) -> serde_json::Value {
    world.result(&format!("(() => {{ try {{ child_process.{call}; return 'done' }} catch (e) {{ return [e.code ?? null, e.outcome ?? null] }} }})()"))
}

fn program(path: &std::path::Path, text: &str) {
    std::fs::write(path, text).expect("it can be written");
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).expect("it is ours");
}

#[test]
fn a_program_is_the_file_it_is_and_not_the_name_it_is_called_by() {
    let world = Children::new("input.executable == \"/usr/bin/wc\"");
    for name in ["wc", "cat"] {
        program(&world.work().join(name), "#!/bin/sh\necho hijacked\n");
    }
    let work = world.work().display().to_string();
    let denied = json!(["EACCES", "denied.policy"]);
    assert_eq!(outcome(&world, "execFileSync('./wc')"), denied);
    assert_eq!(outcome(&world, &format!("execFileSync('{work}/wc')")), denied);
    assert_eq!(outcome(&world, "execFileSync('WC')")[0], "ENOENT");
    assert_eq!(outcome(&world, "execFileSync('cat')"), denied);
    assert_eq!(
        outcome(&world, &format!("execFileSync('wc', [], {{ env: {{ PATH: '{work}' }} }})")),
        denied
    );
    assert_eq!(outcome(&world, "execSync('wc')"), denied, "a shell is another program");
    let good =
        "child_process.execFileSync('wc', ['-c'], { input: 'abc', encoding: 'utf8' }).trim()";
    assert_eq!(world.result(good), json!("3"), "not the wc of the working directory");
    std::os::unix::fs::symlink("/usr/bin/wc", world.work().join("link")).expect("a link");
    assert_eq!(
        world.result(&good.replace("'wc'", "'./link'")),
        json!("3"),
        "a link is what it leads to"
    );
}

#[test]
fn a_shell_is_a_permission_of_its_own() {
    let world = Children::new("input.executable == \"/usr/bin/echo\"");
    for call in [
        "execSync('echo a; id')",
        "execSync('echo a')",
        "execFileSync('echo', ['a; id'], { shell: true })",
    ] {
        let found = outcome(&world, call);
        assert_ne!(found, json!("done"), "{call}");
    }
    assert_eq!(
        world.result("child_process.execFileSync('echo', ['a; id'], { encoding: 'utf8' })"),
        json!("a; id\n")
    );
    let shell =
        Children::new("input.kind == \"shell\"\n\tinput.args == [\"-c\", \"echo a; echo b\"]");
    assert_eq!(
        shell.result("child_process.execSync('echo a; echo b', { encoding: 'utf8' })"),
        json!("a\nb\n")
    );
    assert_eq!(outcome(&shell, "execSync('echo a; id')"), json!(["EACCES", "denied.policy"]));
    assert_eq!(
        outcome(&shell, "execFileSync('/bin/sh', ['-c', 'echo a; echo b'])"),
        json!(["EACCES", "denied.policy"])
    );
}

#[test]
fn variables_that_make_programs_load_something_are_refused() {
    let world = Children::new("true");
    for name in [
        "LD_PRELOAD",
        "BASH_ENV",
        "NODE_OPTIONS",
        "PYTHONPATH",
        "GIT_SSH_COMMAND",
        "IFS",
        "PATH",
        "HOME",
        "ANYTHING",
    ] {
        let call = format!("execFileSync('env', [], {{ env: {{ {name}: 'x' }} }})");
        assert_eq!(outcome(&world, &call), json!(["EACCES", "denied.policy"]), "{name}");
    }
    assert_eq!(world.result("child_process.execFileSync('env', [], { env: { TZ: 'UTC' }, encoding: 'utf8' }).includes('TZ=UTC')"), json!(true));
}

#[test]
fn arguments_no_program_can_have_are_errors() {
    let mut world = Children::new("true");
    for call in [
        "execFileSync('echo', ['a\\0b'])",
        "execFileSync('echo', ['x'.repeat(3 << 20)])",
        "execFileSync('echo', new Array(100000).fill('x'))",
        "execFileSync('echo', ['x'], { cwd: 'a\\0' })",
    ] {
        assert_eq!(outcome(&world, call)[1], "error.request", "{call}");
    }
    assert_eq!(
        world.result(
            "child_process.execFileSync('echo', ['$HOME', '`id`', 'ü'], { encoding: 'utf8' })"
        ),
        json!("$HOME `id` ü\n")
    );
    world.server.oracle("arguments");
}

#[test]
fn a_child_finds_three_descriptors_the_listed_variables_and_no_secret() {
    let world = Children::new("true");
    let variables = world.shell("env; cat /proc/self/environ | tr '\\0' '\\n'");
    let names: Vec<&str> =
        variables.lines().filter_map(|line| Some(line.split_once('=')?.0)).collect();
    assert!(names.contains(&"PATH") && names.contains(&"LANG"), "{variables}");
    assert!(
        names.iter().all(|name| ["PATH", "LANG", "PWD", "OLDPWD", "SHLVL", "_"].contains(name)),
        "{variables}"
    );
    let open = "child_process.spawnSync('python3', ['-c', 'import os; print(sorted(int(fd) for fd in os.listdir(\"/proc/self/fd\")))'], { encoding: 'utf8' }).stdout";
    // The last one is the directory that is listed.
    assert_eq!(world.result(open), json!("[0, 1, 2, 3]\n"), "descriptors");
    assert_eq!(world.shell("cat; echo over"), "over\n", "an input that is not given is empty");
    let others =
        world.shell("cat /proc/*/environ 2>/dev/null | tr '\\0' '\\n'; ps ax 2>/dev/null; true");
    assert!(!others.contains(CANARY), "{others}");
    let secret = world.secret().display().to_string();
    let read = world.shell(&format!("cat {secret} 2>&1"));
    assert!(read.contains("Permission denied") && !read.contains(CANARY), "{read}");
    let written = world.shell("echo x > /etc/mcp-v8-test; echo x > mine; cat mine");
    assert!(written.starts_with("x\n"), "the good case passes: {written}");
    assert!(!std::path::Path::new("/etc/mcp-v8-test").exists());
    let listed = Children::with(
        "true",
        &format!("read = [\"/usr\", \"/bin\", \"/lib\", \"/lib64\", \"/etc\", {secret:?}]"),
    );
    assert!(listed.shell(&format!("cat {secret}")).contains(CANARY), "what is listed is read");
}

#[test]
fn a_child_neither_kills_nor_reaches_the_server() {
    let mut world = Children::new("true");
    for command in [
        "kill -9 $PPID",
        "kill -9 -1",
        "kill -9 1",
        "for p in /proc/[0-9]*; do kill -9 ${p#/proc/} 2>/dev/null; done",
    ] {
        world.shell(command);
        world.server.oracle(command);
    }
    let port = world.server.address.rsplit(':').next().expect("a port").to_owned();
    let dial = |port: &str| {
        format!(
            "python3 -c 'import socket; socket.create_connection((\"127.0.0.1\", {port}), 2); print(\"reached\")' 2>&1 | tail -1"
        )
    };
    let said = world.shell(&dial(&port));
    assert!(!said.contains("reached") && !said.is_empty(), "{said}");
    let networked = Children::with("true", "network = true");
    let port = networked.server.address.rsplit(':').next().expect("a port").to_owned();
    assert_eq!(networked.shell(&dial(&port)), "reached\n", "with the network it does");
}

#[test]
fn nothing_of_a_child_is_left_when_it_or_its_run_ends() {
    let mut world = Children::new("true");
    // A grandchild in a session of its own, with the pipes closed: gone with the child.
    world.shell("setsid sh -c 'exec sleep 712345' >/dev/null 2>&1 </dev/null & echo started");
    eventually("the grandchild is gone", || (!is_running("sleep 712345")).then_some(()));
    // Left running: gone with the run.
    let left = "const c = child_process.spawn('sh', ['-c', 'setsid sleep 812345 & sleep 812346']); await new Promise((ok) => c.on('spawn', ok)); throw new Error('over')";
    assert_eq!(world.server.run(left)["error"]["code"], "error.script");
    let begun = Instant::now();
    eventually("children of a run are gone", || (!is_running("sleep 81234")).then_some(()));
    assert!(begun.elapsed() < Duration::from_secs(4), "{:?}", begun.elapsed());
    // Waited for at the end of the run's time.
    let body = json!({ "code": "child_process.execSync('sleep 912345')", "wait_ms": 20_000, "execution_timeout_secs": 1 });
    let ended = world.server.exec(&body);
    assert_eq!(ended["error"]["code"], "limit.timeout", "{ended}");
    eventually("a child of a run that was stopped is gone", || {
        (!is_running("sleep 912345")).then_some(())
    });
    world.server.oracle("leftovers");
}

#[test]
fn a_child_has_no_more_memory_and_writes_no_larger_file_than_the_operator_says() {
    let world = Children::with("true", "max_memory_mb = 64\nmax_file_mb = 1");
    let block = |size: &str| {
        let command =
            format!("dd if=/dev/zero of=/dev/null bs={size} count=1 2>/dev/null; echo $?");
        world.shell(&command).trim().to_owned()
    };
    assert_eq!(block("8M"), "0", "positive control");
    assert_ne!(block("200M"), "0");
    let file = |count: u32| {
        let command =
            format!("dd if=/dev/zero of=big bs=100k count={count} 2>/dev/null; wc -c < big");
        world.shell(&command).trim().parse::<u64>().expect("a size")
    };
    assert_eq!(file(5), 5 * 102_400, "positive control");
    assert!(file(50) <= 1 << 20, "no file grew beyond the limit");
}

#[test]
fn limits_end_children_and_name_their_key() {
    let keys = "timeout_secs = 2\nmax_output_mb = 1\nmax_processes = 20\nmax_children = 2\nmax_children_per_run = 5";
    let mut world = Children::with("true", keys);
    let limited = |call: &str| {
        let found = world.result(&format!(
            "const r = child_process.spawnSync({call}); [r.error?.outcome, r.error?.message]"
        ));
        (
            found[0].as_str().unwrap_or_default().to_owned(),
            found[1].as_str().unwrap_or_default().to_owned(),
        )
    };
    let (code, why) = limited("'sleep', ['1000000']");
    assert!(
        code == "limit.timeout" && why.contains("policies.subprocess.timeout_secs"),
        "{code} {why}"
    );
    let (code, why) = limited("'yes', [], { maxBuffer: Infinity > 0 ? 2 ** 40 : 0 }");
    assert!(
        code == "limit.output" && why.contains("policies.subprocess.max_output_mb"),
        "{code} {why}"
    );
    let (code, why) = limited("'yes'");
    assert!(code == "limit.output", "{code} {why}");
    // The keeper ends it, or the shell gives up first, because the kernel lets it have no more.
    let bomb = world.result("const b = child_process.spawnSync('f() { f | f & }; f; sleep 5', { shell: true }); [b.error?.outcome ?? `status ${b.status}`, b.error?.message ?? b.stderr.toString()]");
    let (code, why) = (bomb[0].as_str().unwrap_or_default(), bomb[1].as_str().unwrap_or_default());
    let by_keeper = code == "limit.processes" && why.contains("policies.subprocess.max_processes");
    let by_kernel = code != "status 0" && why.to_lowercase().contains("fork");
    assert!(by_keeper || by_kernel, "{bomb}");
    // The shell may give up by itself, because it cannot have more; in the end none of them is left.
    let zombies = world.result("const r = child_process.spawnSync('for i in $(seq 3000); do true & done; sleep 5', { shell: true }); r.error?.outcome ?? `status ${r.status}`");
    assert_ne!(zombies, json!("status 0"));
    eventually("no zombie is left", || (!has_zombies(world.server.id())).then_some(()));
    let at_once = world.result("const all = [1, 2, 3].map(() => child_process.spawn('sleep', ['30'])); (await Promise.all(all.map((c) => new Promise((ok) => { c.on('spawn', () => ok('spawned')); c.on('error', (e) => ok(e.message)) })))).sort()");
    assert!(
        at_once[0] == "spawned"
            && at_once[1] == "spawned"
            && at_once[2]
                .as_str()
                .is_some_and(|text| text.contains("policies.subprocess.max_children")),
        "{at_once}"
    );
    let per_run = world.result("(() => { let n = 0; try { for (;;) { child_process.execFileSync('true'); n++ } } catch (e) { return [n, e.outcome, e.message] } })()");
    assert_eq!((&per_run[0], &per_run[1]), (&json!(5), &json!("limit.processes")));
    assert!(
        per_run[2]
            .as_str()
            .is_some_and(|text| text.contains("policies.subprocess.max_children_per_run")),
        "{per_run}"
    );
    assert_eq!(
        world.result("child_process.execFileSync('echo', ['good'], { encoding: 'utf8' })"),
        json!("good\n")
    );
    world.server.oracle("limits of children");
}
