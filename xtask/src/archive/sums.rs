//! A SHA256SUMS file: lines of `digest  name`, as sha256sum (GNU coreutils) writes them. It computes nothing.

use super::ArchiveError;
use std::path::Path;

/// The digest that `sums` gives for `file`, lower-case hexadecimal.
pub fn expected(sums: &Path, file: &str) -> Result<String, ArchiveError> {
    let text = std::fs::read_to_string(sums)
        .map_err(|source| ArchiveError::Unreadable { path: sums.to_owned(), source })?;
    let missing = || ArchiveError::NotInSums { sums: sums.to_owned(), file: file.to_owned() };
    text.lines().find_map(|line| digest_for(line, file)).ok_or_else(missing)
}

fn digest_for(line: &str, file: &str) -> Option<String> {
    let (digest, name) = line.split_once(' ')?;
    // The second character says how the file was read: a blank, or `*` for binary.
    let name = name.strip_prefix([' ', '*']).unwrap_or(name);
    (name == file && digest.len() == 64).then(|| digest.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_marks_of_sha256sum_are_read_and_other_names_are_not() {
        let digest = "AB".repeat(32);
        for mark in [' ', '*'] {
            let line = format!("{digest} {mark}a.gz");
            assert_eq!(digest_for(&line, "a.gz"), Some("ab".repeat(32)));
            assert_eq!(digest_for(&line, "b.gz"), None);
        }
        assert_eq!(digest_for("abcd  a.gz", "a.gz"), None);
    }
}
