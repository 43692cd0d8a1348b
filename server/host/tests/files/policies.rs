//! What the policy sees, and what it does not let through.

use crate::support::*;
use mcp_v8_sandbox::Code;
use mcp_v8_sandbox::host_call::file::{FileCall, OpenFlags, Remove};

#[test]
fn the_real_path_is_judged_and_not_the_spelling() {
    let rule = "allow if endswith(input.real_path, \"/root/public/file\")";
    for world in [World::new().policy(rule), World::new().policy(rule).step_by_step()] {
        std::fs::create_dir(world.path("root/public")).unwrap();
        std::fs::write(world.path("root/public/file"), "public").unwrap();
        std::fs::write(world.path("root/private"), SECRET).unwrap();
        world.link("../private", "root/public/trick");
        world.link("public/file", "root/way");
        let run = world.run();
        for path in ["public/file", "public/../public/file", "way", &world.at("root/way")] {
            assert_eq!(run.text(path), "public", "{path}");
        }
        for path in ["private", "public/trick", "public/../private", "good"] {
            let error = run.refusal(read(path));
            assert_eq!(error.code, Some(Code::DeniedPolicy), "{path}");
            assert_eq!(error.errno.as_deref(), Some("EACCES"));
            let form = format!("EACCES: permission denied, open '{path}': ");
            assert!(error.message.starts_with(&form), "{}", error.message);
        }
    }
}

#[test]
fn a_denial_does_not_tell_what_is_there() {
    let world = World::new().policy("allow if endswith(input.real_path, \"/good\")");
    std::fs::create_dir(world.path("root/d")).unwrap();
    std::fs::write(world.path("root/d/there"), "x").unwrap();
    let run = world.run();
    let calls: [fn(&str) -> FileCall; 4] =
        [read, stat, |path| mkdir(path, false), |path| write(path, "x")];
    for call in calls {
        let told = |path: &str| {
            let error = run.refusal(call(path));
            assert_eq!(error.code, Some(Code::DeniedPolicy), "{path}: {error:?}");
            // The digest is of the input, which has the path.
            let digest = error.message.find(". Input ").unwrap();
            error.message[..digest].replace(path, "?")
        };
        assert_eq!(told("d/there"), told("d/gone"));
        assert_eq!(told("d/there"), told("no/such/dir"));
        assert_eq!(told("d/there"), told("d/there/x"));
    }
    assert_eq!(run.text("good"), "good");
}

#[test]
fn both_ends_of_a_rename_a_copy_and_a_link_are_judged() {
    let rule = "allow if {\n not endswith(input.real_path, \"/locked\")\n not locked\n}\nlocked if endswith(input.real_destination, \"/locked\")";
    let world = World::new().policy(rule);
    std::fs::write(world.path("root/locked"), SECRET).unwrap();
    let run = world.run();
    for call in [
        rename("good", "locked"),
        rename("locked", "mine"),
        copy("good", "locked"),
        copy("locked", "mine"),
        symlink("locked", "mine"),
        remove("locked", Remove::Tree),
        FileCall::Truncate { path: "locked".to_owned(), size: 0 },
    ] {
        assert_eq!(run.refusal(call.clone()).code, Some(Code::DeniedPolicy), "{call:?}");
    }
    assert_eq!(std::fs::read_to_string(world.path("root/locked")).unwrap(), SECRET);
    run.done(copy("good", "copy"));
    run.done(rename("copy", "mine"));
    run.done(symlink("mine", "link"));
    assert_eq!(run.text("link"), "good");
}

#[test]
fn the_policy_sees_operation_flags_and_root() {
    let rule = "allow if {\n input.operation == \"writeFile\"\n input.flags == [\"write\", \"create\", \"truncate\"]\n input.root.writable\n input.root.name == \"out\"\n startswith(input.real_path, input.root.path)\n}\nallow if {\n input.operation == \"mkdir\"\n input.recursive\n}";
    let mut world = World::new().policy(rule);
    world.files.roots[0].name = Some("out".to_owned());
    let run = world.run();
    run.done(write("f", "x"));
    run.done(mkdir("a/b", true));
    for call in [
        read("f"),
        open("f", OpenFlags::APPEND),
        open("f", OpenFlags { read: true, ..OpenFlags::WRITE }),
        mkdir("c", false),
    ] {
        assert_eq!(run.refusal(call.clone()).code, Some(Code::DeniedPolicy), "{call:?}");
    }
}
