//! The order of the places, and each way in which one of them fails.

use super::*;
use crate::archive::download::NotFetched;
use crate::archive::pin::tests::pin;
use std::fs;

const TARGET: &str = "x86_64-unknown-linux-gnu";
const FILE: &str = "librusty_v8_simdutf_release_x86_64-unknown-linux-gnu.a.gz";
/// SHA-256 of `abc` (FIPS 180-4, example).
const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

struct Scene {
    directory: tempfile::TempDir,
    places: Places,
}

impl Scene {
    fn new() -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let at = |name: &str| directory.path().join(name);
        let places = Places {
            named: None,
            shared: vec![at("absent"), at("shared")],
            cargo_home: at("cargo"),
            cache: at("cache"),
        };
        Self { directory, places }
    }

    fn write(&self, name: &str, content: &str) -> PathBuf {
        let path = self.directory.path().join(name);
        fs::create_dir_all(path.parent().expect("it is in a directory")).expect("a directory");
        fs::write(&path, content).expect("it can be written");
        path
    }

    fn find(&self, target: &str, fetch: &Fetch) -> Result<Found, ArchiveError> {
        find(&pin(ABC), target, &self.places, fetch)
    }

    fn find_offline(&self) -> Result<Found, ArchiveError> {
        self.find(TARGET, &|_, _| Err(NotFetched::NoNetwork))
    }
}

#[test]
fn the_archive_the_user_names_comes_first_and_may_be_any_archive() {
    let mut scene = Scene::new();
    scene.write(&format!("shared/{FILE}"), "abc");
    let mine = scene.write("mine.a", "!<arch>\nanything");
    scene.places.named = Some(mine.clone());
    assert_eq!(scene.find_offline().expect("it is an archive").path, mine);
}

#[test]
fn a_named_archive_that_is_missing_a_url_or_something_else_is_refused_each_in_its_way() {
    let mut scene = Scene::new();
    scene.places.named = Some(scene.directory.path().join("gone"));
    assert!(matches!(scene.find_offline(), Err(ArchiveError::Unreadable { .. })));
    scene.places.named = Some("https://example.org/v8.a.gz".into());
    assert!(matches!(scene.find_offline(), Err(ArchiveError::NamedByUrl { .. })));
    scene.places.named = Some(scene.write("page.html", "<html>"));
    assert!(matches!(scene.find_offline(), Err(ArchiveError::NotAnArchive { .. })));
}

#[test]
fn an_archive_beside_the_repository_is_checked_against_its_own_sums() {
    let scene = Scene::new();
    let path = scene.write(&format!("shared/{FILE}"), "abc");
    scene.write("shared/SHA256SUMS", &format!("{ABC}  {FILE}\n"));
    assert_eq!(scene.find_offline().expect("the digest is right").path, path);
}

#[test]
fn an_unpacked_archive_beside_the_repository_will_do() {
    let scene = Scene::new();
    let plain = FILE.strip_suffix(".gz").expect("it is packed");
    let path = scene.write(&format!("shared/{plain}"), "abc");
    scene.write("shared/SHA256SUMS", &format!("{ABC} *{plain}\n"));
    assert_eq!(scene.find_offline().expect("the digest is right").path, path);
}

#[test]
fn a_bad_or_unlisted_or_unreadable_sum_beside_the_repository_is_an_error_and_not_a_reason_to_go_on()
{
    let scene = Scene::new();
    scene.write(&format!("shared/{FILE}"), "abd");
    assert!(matches!(scene.find_offline(), Err(ArchiveError::Unreadable { .. })));
    scene.write("shared/SHA256SUMS", &format!("{ABC}  another.a.gz\n"));
    assert!(matches!(scene.find_offline(), Err(ArchiveError::NotInSums { .. })));
    scene.write("shared/SHA256SUMS", &format!("{ABC}  {FILE}\n"));
    assert!(matches!(scene.find_offline(), Err(ArchiveError::WrongDigest { .. })));
}

#[test]
fn cargos_cache_is_used_when_it_matches_the_pin_and_refused_when_not() {
    let scene = Scene::new();
    let name = format!("cargo/.rusty_v8/{}", pin(ABC).cargo_name(TARGET));
    let path = scene.write(&name, "abc");
    assert_eq!(scene.find_offline().expect("the digest is right").path, path);
    scene.write(&name, "changed");
    assert!(matches!(scene.find_offline(), Err(ArchiveError::WrongDigest { .. })));
}

#[test]
fn without_a_network_the_error_says_what_to_put_where() {
    let error = Scene::new().find_offline().expect_err("there is nothing anywhere");
    assert!(matches!(error, ArchiveError::NotDownloaded { .. }));
    let text = error.to_string();
    for part in ["https://example.org/v150.4.0/", "cache/150.4.0/", "RUSTY_V8_ARCHIVE"] {
        assert!(text.contains(part), "{part} is not in: {text}");
    }
}

#[test]
fn a_download_is_kept_and_not_fetched_twice() {
    let scene = Scene::new();
    let fetched = |_: &str, to: &Path| {
        fs::write(to, "abc").expect("it can be written");
        Ok(())
    };
    let path = scene.find(TARGET, &fetched).expect("the digest is right").path;
    assert_eq!(scene.find_offline().expect("it is kept").path, path);
}

#[test]
fn a_download_with_a_wrong_digest_leaves_nothing_behind() {
    let scene = Scene::new();
    let forged = |_: &str, to: &Path| {
        fs::write(to, "forged").expect("it can be written");
        Ok(())
    };
    assert!(matches!(scene.find(TARGET, &forged), Err(ArchiveError::WrongDigest { .. })));
    let left = fs::read_dir(scene.places.cache.join("150.4.0")).expect("it was made");
    assert_eq!(left.count(), 0);
}

#[test]
fn a_cache_that_cannot_be_written_is_told_apart_from_no_network() {
    let scene = Scene::new();
    scene.write("cache", "a file where a directory should be");
    assert!(matches!(scene.find_offline(), Err(ArchiveError::Unwritable { .. })));
}

#[test]
fn an_unsupported_target_can_still_be_served_from_beside_the_repository() {
    let target = "riscv64gc-unknown-linux-gnu";
    let scene = Scene::new();
    let offline = |_: &str, _: &Path| Err(NotFetched::NoNetwork);
    let error = scene.find(target, &offline).expect_err("it is not in the pin");
    assert!(matches!(error, ArchiveError::UnsupportedTarget { .. }));
    let file = pin(ABC).file_name(target);
    scene.write(&format!("shared/{file}"), "abc");
    scene.write("shared/SHA256SUMS", &format!("{ABC}  {file}\n"));
    assert!(scene.find(target, &offline).is_ok());
}
