//! Reasons not to start.

use crate::support::World;
use mcp_v8_settings::RootMode;

fn refusal(world: &World) -> String {
    world.server().err().map(|error| error.to_string()).unwrap_or_default()
}

#[test]
fn a_root_that_is_not_there_or_no_directory_is_named_with_its_place() {
    let mut world = World::new();
    world.root("gone", RootMode::Read);
    std::fs::remove_dir(world.path("gone")).unwrap();
    let told = refusal(&world);
    assert!(told.starts_with("test:1:1: policies.filesystem.roots: "), "{told}");
    assert!(told.contains(&world.at("gone")) && told.contains("No such file"), "{told}");
    std::fs::write(world.path("gone"), "").unwrap();
    assert!(refusal(&world).contains("Not a directory"), "{}", refusal(&world));
    std::fs::remove_file(world.path("gone")).unwrap();
    std::fs::create_dir(world.path("gone")).unwrap();
    assert_eq!(refusal(&world), "");
}

#[test]
fn a_root_that_reaches_state_is_refused_by_what_was_opened() {
    let mut world = World::new();
    world.guard("state");
    std::fs::create_dir_all(world.path("state/deep")).unwrap();
    assert_eq!(refusal(&world), "");
    world.link("state/deep", "innocent");
    world.root("innocent", RootMode::Read);
    let told = refusal(&world);
    assert!(told.contains("innocent: scripts would reach storage.path: "), "{told}");
    assert!(told.ends_with("/state"), "{told}");
}

#[test]
fn two_names_of_one_directory_are_refused() {
    let mut world = World::new();
    world.link("root", "alias");
    world.root("alias", RootMode::Read);
    assert!(refusal(&world).contains("is the same directory as"), "{}", refusal(&world));
}
