//! `[modules]`.

use crate::support::Setup;
use mcp_v8_settings::Lock;
use std::time::Duration;

#[test]
fn without_a_section_modules_come_from_the_public_registries_by_https_alone() {
    let setup = Setup::without_file().flag("storage.path", "/var/lib/x");
    let modules = setup.settings().modules;
    assert_eq!(modules.npm_cdn.as_str(), "https://esm.sh/");
    assert_eq!(modules.jsr_registry.as_str(), "https://jsr.io/");
    assert!(modules.http_origins.is_empty() && !modules.offline);
    assert_eq!(modules.lock, Lock::Record);
    assert_eq!(modules.lock_file, Some("/var/lib/x/modules.lock".into()));
    assert_eq!(modules.cache_dir, Some("/var/lib/x/modules".into()));
    assert_eq!((modules.max_locked, modules.cache_bytes), (20_000, 256 << 20));
    assert_eq!(
        (modules.max_age, modules.timeout),
        (Duration::from_secs(86_400), Duration::from_secs(30))
    );
    assert_eq!((modules.max_module_bytes, modules.max_total_bytes), (16 << 20, 64 << 20));
    assert_eq!((modules.max_count, modules.max_depth, modules.max_redirects), (2000, 64, 10));
    assert_eq!(modules.max_parallel, 16);
}

#[test]
fn every_number_has_both_ends() {
    for (name, min, max) in [
        ("max_locked", 1, 1_000_000),
        ("cache_mb", 1, 65_536),
        ("max_age_secs", 0, 366 * 86_400),
        ("max_module_mb", 1, 32),
        ("max_total_mb", 1, 1024),
        ("max_count", 1, 100_000),
        ("max_depth", 1, 1024),
        ("max_redirects", 0, 20),
        ("timeout_secs", 1, 600),
        ("max_parallel", 1, 256),
    ] {
        for good in [min, max] {
            Setup::file(format!("[modules]\n{name} = {good}\n")).settings();
        }
        for bad in [min - 1, max + 1] {
            let problem = Setup::file(format!("[modules]\n{name} = {bad}\n")).problem();
            let expected = format!("modules.{name}: must be from {min} to {max}");
            assert!(problem.contains(&expected), "{problem}");
        }
    }
}

#[test]
fn what_is_not_encrypted_needs_its_origin_listed() {
    let file = |lines: &str| Setup::file(format!("[modules]\n{lines}\n"));
    let refused = file("npm_cdn = \"http://127.0.0.1:81\"").problem();
    assert!(refused.contains("modules.npm_cdn: is not the https URL"), "{refused}");
    let listed = "http_origins = [\"http://127.0.0.1:81\"]\nnpm_cdn = \"http://127.0.0.1:81/npm/?target=es2022\"";
    let modules = file(listed).settings().modules;
    assert_eq!(modules.http_origins, ["http://127.0.0.1:81"]);
    assert_eq!(modules.npm_cdn.query(), Some("target=es2022"));
    for bad in [
        "https://a.example",
        "http://a.example/x",
        "http://u@a.example",
        "a.example",
        "http://a.example?x",
    ] {
        let problem = file(&format!("http_origins = [\"{bad}\"]")).problem();
        assert!(problem.contains("http_origins[0]: is not the http origin"), "{bad}: {problem}");
    }
    for bad in ["https://u:p@a.example", "ftp://a.example", "esm.sh", "https://a.example/#x", ""] {
        let problem = file(&format!("jsr_registry = \"{bad}\"")).problem();
        assert!(problem.contains("modules.jsr_registry: is not the https URL"), "{bad}: {problem}");
    }
}

#[test]
fn a_frozen_lock_needs_a_file_and_paths_start_at_the_configuration() {
    let memory = "[storage]\nkind = \"none\"\n[modules]\nlock = \"frozen\"\n";
    let problem = Setup::file(memory).problem();
    assert!(problem.contains("modules.lock: there is no lock file"), "{problem}");
    let setup = Setup::file(format!("{memory}lock_file = \"a.lock\"\ncache_dir = \"c\"\n"));
    let modules = setup.settings().modules;
    assert_eq!(modules.lock_file, Some(setup.folder.path().join("a.lock")));
    assert_eq!(modules.cache_dir, Some(setup.folder.path().join("c")));
    for (bad, expected) in [("", "must not be empty"), ("~/x", "`~` is not expanded")] {
        let problem = Setup::file(format!("[modules]\nlock_file = \"{bad}\"\n")).problem();
        assert!(problem.contains(expected), "{problem}");
    }
    let problem = Setup::file("[modules]\nlock = \"frosen\"\n").problem();
    assert!(problem.contains("did you mean `frozen`?"), "{problem}");
}
