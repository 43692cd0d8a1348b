//! Another process that changes what a path leads to while it is used. Rounds are bounded, and so is the time.

use crate::support::*;
use mcp_v8_sandbox::host_call::file::{FileAnswer, Remove};
use rustix::fs::{CWD, RenameFlags, renameat_with};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, Instant};

const ROUNDS: usize = 10_000;

/// Longer, and the machine is too busy to say more.
const TIME: Duration = Duration::from_secs(60);

/// Exchanges two names until the work is done.
fn while_swapping(world: &World, one: &str, other: &str, work: impl FnOnce()) {
    let (one, other, over) = (world.path(one), world.path(other), AtomicBool::new(false));
    std::thread::scope(|scope| {
        // Also when the work panics: the scope waits for the thread.
        let _end = Ending(&over);
        scope.spawn(|| {
            while !over.load(Relaxed) {
                renameat_with(CWD, &one, CWD, &other, RenameFlags::EXCHANGE).unwrap();
            }
        });
        work();
    });
}

struct Ending<'o>(&'o AtomicBool);

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        self.0.store(true, Relaxed);
    }
}

fn swapped_directory(world: World) {
    std::fs::create_dir(world.path("root/d")).unwrap();
    std::fs::write(world.path("root/d/secret"), "inside").unwrap();
    world.link("../outside", "root/link");
    let run = world.run();
    let (start, mut inside, mut refused) = (Instant::now(), 0, 0);
    while_swapping(&world, "root/d", "root/link", || {
        for _ in 0..ROUNDS {
            match run.call(read("d/secret")) {
                Ok(FileAnswer::Bytes(bytes)) => {
                    assert_eq!(bytes, b"inside");
                    inside += 1;
                }
                Ok(other) => panic!("{other:?}"),
                Err(error) => {
                    assert!(!error.message.contains(SECRET));
                    refused += 1;
                }
            }
            let _ = run.call(write("d/planted", "x"));
            let _ = run.call(remove("d/planted", Remove::File));
            if start.elapsed() > TIME {
                break;
            }
        }
    });
    eprintln!("{inside} reads inside, {refused} refused, {:?}", start.elapsed());
    assert!(inside > 0 && refused > 0, "{inside} inside, {refused} refused: nothing was raced");
    assert!(!world.path("outside/planted").exists());
    assert_eq!(std::fs::read_to_string(world.path("outside/secret")).unwrap(), SECRET);
}

#[test]
fn a_directory_swapped_for_a_link_out_of_the_root_leaks_nothing() {
    swapped_directory(World::new());
}

#[test]
fn a_directory_swapped_for_a_link_out_of_the_root_leaks_nothing_step_by_step() {
    swapped_directory(World::new().step_by_step());
}

#[test]
fn a_file_swapped_for_one_that_the_policy_denies_is_never_read() {
    // The two swap places: what is judged under one name is what is read, whatever has the name by then.
    let rule = "allow if not contains(input.real_path, \"/private/\")";
    let world = World::new().policy(rule);
    for (folder, content) in [("public", "public"), ("private", SECRET)] {
        std::fs::create_dir(world.path(&format!("root/{folder}"))).unwrap();
        std::fs::write(world.path(&format!("root/{folder}/file")), content).unwrap();
    }
    world.link("public/file", "root/one");
    world.link("private/file", "root/other");
    let run = world.run();
    let (start, mut read_, mut denied) = (Instant::now(), 0, 0);
    while_swapping(&world, "root/one", "root/other", || {
        for _ in 0..ROUNDS {
            match run.call(read("one")) {
                Ok(answer) => {
                    assert_eq!(answer, FileAnswer::Bytes(b"public".to_vec()));
                    read_ += 1;
                }
                Err(_) => denied += 1,
            }
            if start.elapsed() > TIME {
                break;
            }
        }
    });
    assert!(read_ > 0 && denied > 0, "{read_} read, {denied} denied: nothing was raced");
}
