//! Ways out of a root: none works, and none tells what is there.

use crate::support::*;
use mcp_v8_sandbox::host_call::file::{FileCall, OpenFlags, Remove};

/// Resolved by the kernel, and step by step.
fn both(test: impl Fn(World)) {
    test(World::new());
    test(World::new().step_by_step());
}

#[test]
fn dot_dot_does_not_lead_out_in_any_spelling() {
    both(|world| {
        std::fs::create_dir(world.path("root/d")).unwrap();
        std::fs::create_dir(world.path("rootevil")).unwrap();
        std::fs::write(world.path("rootevil/secret"), SECRET).unwrap();
        let run = world.run();
        for path in [
            "root/../outside/secret",
            "root/./../outside/secret",
            "root//..//outside/secret",
            "root/d/../../outside/secret",
            "root/d/../../../../../../../../etc/passwd",
            "root/missing/../../outside/secret",
            "outside/secret",
            "rootevil/secret",
        ] {
            let error = run.refusal(read(&world.at(path)));
            assert!(["EACCES", "ENOENT"].contains(&error.errno.unwrap().as_str()), "{path}");
            assert!(!error.message.contains(SECRET), "{path}");
        }
        for path in ["../outside/secret", "/etc/passwd", "/proc/self/environ", "/dev/fd/0"] {
            assert_eq!(run.errno(read(path)), "EACCES", "{path}");
        }
        for path in ["root/d/../good", "root/./good", "root//good"] {
            assert_eq!(run.text(&world.at(path)), "good", "{path}");
        }
        assert_eq!(run.text("d/../good"), "good", "relative paths start at the first root");
    });
}

#[test]
fn a_link_out_of_the_root_is_not_followed_and_one_inside_is() {
    both(|world| {
        world.link(world.path("outside/secret"), "root/absolute");
        world.link("../outside/secret", "root/relative");
        world.link("../outside", "root/folder");
        world.link("relative", "root/chained");
        world.link("/proc/self/root", "root/proc");
        world.link("good", "root/inside");
        world.link("loop", "root/loop");
        world.link("chain39", "root/chain40");
        for at in 1..40 {
            let target = if at == 1 { "good".to_owned() } else { format!("chain{}", at - 1) };
            world.link(target, &format!("root/chain{at}"));
        }
        world.link("chain40", "root/chain41");
        let run = world.run();
        for path in ["absolute", "relative", "chained", "folder/secret", "proc/etc/passwd"] {
            let path = world.at(&format!("root/{path}"));
            assert_eq!(run.errno(read(&path)), "EACCES", "{path}");
            assert_eq!(run.errno(stat(&path)), "EACCES", "{path}");
            assert_eq!(run.errno(write(&path, "x")), "EACCES", "{path}");
        }
        for path in ["loop", "chain41"] {
            assert_eq!(run.errno(read(path)), "ELOOP", "{path}");
        }
        for path in ["inside", "chain40"] {
            assert_eq!(run.text(path), "good", "{path}");
        }
        assert_eq!(std::fs::read_to_string(world.path("outside/secret")).unwrap(), SECRET);
    });
}

#[test]
fn magic_links_of_proc_are_not_followed() {
    let mut world = World::new();
    let inside = std::path::PathBuf::from("/proc/self");
    world.files.roots[0].path = inside;
    let run = world.run();
    for path in ["root/etc/passwd", "cwd/Cargo.toml", "exe", "fd/0"] {
        assert!(["EACCES", "ELOOP", "ENOENT"].contains(&run.errno(read(path)).as_str()), "{path}");
    }
    // It is the root that is odd, and not that nothing in it can be read.
    assert!(matches!(
        run.done(FileCall::Read { path: "comm".to_owned(), offset: 0, length: Some(100) }),
        mcp_v8_sandbox::host_call::file::FileAnswer::Bytes(bytes) if !bytes.is_empty()
    ));
}

#[test]
fn what_is_outside_looks_the_same_whether_or_not_it_is_there() {
    both(|world| {
        world.link("../outside", "root/out");
        let run = world.run();
        let messages = |there: &str, missing: &str| {
            let calls: [fn(&str) -> FileCall; 4] = [
                read,
                stat,
                |path| FileCall::ReadDir { path: path.to_owned() },
                |path| open(path, OpenFlags::READ),
            ];
            for call in calls {
                let told = |name: &str| {
                    let error = run.refusal(call(&world.at(name)));
                    (error.errno, error.code, error.message.replace(&world.at(name), "?"))
                };
                assert_eq!(told(there), told(missing), "{there}");
            }
        };
        messages("outside/secret", "outside/missing");
        messages("root/out/secret", "root/out/missing");
        messages("root/../outside/secret", "root/../outside/missing");
    });
}

#[test]
fn a_tree_is_removed_with_its_links_and_without_what_they_lead_to() {
    both(|world| {
        std::fs::create_dir_all(world.path("root/tree/a/b")).unwrap();
        world.link("../../outside", "root/tree/out");
        world.link(world.path("outside"), "root/tree/a/b/out");
        let run = world.run();
        run.done(remove("tree", Remove::Tree));
        assert!(!world.path("root/tree").exists());
        assert!(world.path("outside/secret").exists());
        world.link("../outside", "root/out");
        run.done(remove("out", Remove::Tree));
        assert!(world.path("outside/secret").exists() && !world.path("root/out").exists());
        for path in [".", &world.at("root"), &world.at("root/missing/..")] {
            assert_eq!(run.errno(remove(path, Remove::Tree)), "EBUSY", "{path}");
        }
        assert!(world.path("root/good").exists());
    });
}

#[test]
fn a_link_is_made_only_to_what_is_beneath_the_root() {
    both(|world| {
        let run = world.run();
        for target in
            ["/etc/passwd", "../outside/secret", "x/../../outside", &world.at("root/good")]
        {
            assert_eq!(run.errno(symlink(target, "new")), "EACCES", "{target}");
        }
        assert!(world.path("root/new").symlink_metadata().is_err());
        run.done(symlink("good", "new"));
        assert_eq!(run.text("new"), "good");
    });
}

#[test]
fn a_hard_link_is_the_file_itself_under_the_name_that_was_used() {
    let world = World::new();
    std::fs::hard_link(world.path("outside/secret"), world.path("root/planted")).unwrap();
    let run = world.run();
    // Documented: whoever links it in has opened it to scripts.
    assert_eq!(run.text("planted"), SECRET);
}
