//! `[wasm.<name>]`.

use crate::support::Setup;

#[test]
fn a_module_has_a_name_a_path_and_a_bound() {
    let digest = "AB".repeat(32);
    let file = format!(
        "[wasm.math]\npath = \"m.wasm\"\ndescription = \"Adds.\"\nsha256 = \"{digest}\"\nmax_memory_mb = 32\n[wasm.b_2]\npath = \"/x.wasm\"\n"
    );
    let setup = Setup::file(file);
    let modules = setup.settings().wasm;
    assert_eq!(modules.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["b_2", "math"]);
    assert_eq!(modules[1].path, setup.folder.path().join("m.wasm"));
    assert_eq!(modules[1].sha256, Some("ab".repeat(32)));
    assert_eq!((modules[1].max_memory_bytes, modules[0].max_memory_bytes), (32 << 20, 16 << 20));
    assert_eq!(modules[1].description.as_deref(), Some("Adds."));
    assert!(Setup::without_file().settings().wasm.is_empty());
}

#[test]
fn what_is_wrong_with_a_module_is_said_at_its_key() {
    for (lines, expected) in [
        ("[wasm.\"a-b\"]\npath = \"x\"", "the name of a module is 1 to 32 characters"),
        ("[wasm.\"\"]\npath = \"x\"", "the name of a module is 1 to 32 characters"),
        ("[wasm.a]", "wasm.a: a module needs a path"),
        ("[wasm.a]\npath = \"\"", "wasm.a.path: must not be empty"),
        ("[wasm.a]\npath = \"~/x\"", "wasm.a.path: `~` is not expanded"),
        ("[wasm.a]\npath = \"x\"\nsha256 = \"abc\"", "wasm.a.sha256: is not a SHA-256"),
        (
            "[wasm.a]\npath = \"x\"\nmax_memory_mb = 0",
            "wasm.a.max_memory_mb: must be from 1 to 4096",
        ),
        (
            "[wasm.a]\npath = \"x\"\nmax_memory_mb = 4097",
            "wasm.a.max_memory_mb: must be from 1 to 4096",
        ),
        ("[wasm.a]\npath = \"x\"\nmemory_mb = 4", "wasm.a.memory_mb: this key is unknown"),
        ("wasm = 1", "wasm: expected a table"),
        ("[wasm]\na = 1", "wasm.a: expected a table"),
    ] {
        let problem = Setup::file(format!("{lines}\n")).problem();
        assert!(problem.contains(expected), "{lines}: {problem}");
    }
    for (bad, good) in [("\"a b\"", "\"a-\""), ("\"123456789012345678901\"", "\"\"")] {
        let problem = Setup::file(format!("[server]\nstub_prefix = {bad}\n")).problem();
        assert!(problem.contains("server.stub_prefix: a prefix is at most 20"), "{problem}");
        Setup::file(format!("[server]\nstub_prefix = {good}\n")).settings();
    }
}
