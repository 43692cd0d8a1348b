//! The text of a key file, format 1: a first line that says so, `ids` and `key` lines, `#` comments. Not its modes.

use super::{KeyringError, Secret, error::KeyFileProblem};
use crate::keyring::Keyring;
use data_encoding::HEXLOWER;
use std::path::Path;
use zeroize::Zeroizing;

/// Largest key file.
pub(super) const BYTES_MAX: u64 = 64 << 10;
/// Most sealing keys; each stored checkpoint is checked with one of them only, so this bounds nothing but mistakes.
pub(super) const KEYS_MAX: usize = 64;

const FORMAT: &str = "mcp-v8-keys 1";

const HEAD: &str = "\
# Keys of the checkpoints that mcp-v8 stores. Whoever has this file can read and forge them; without it they are lost.
#
# The first `key` seals, all of them open. To rotate: put a new line on top, `key` and what `openssl rand -hex 32`
# prints, and restart. To retire a key, remove its line: what only it had sealed is refused from then on.
# `ids` is for good: change it, and equal states no longer have equal ids.
";

/// A new file.
pub(super) fn format(ids: &Secret, key: &Secret) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(1024));
    text.push_str(HEAD);
    for part in [FORMAT, "\nids "] {
        text.push_str(part);
    }
    HEXLOWER.encode_append(ids.as_slice(), &mut text);
    text.push_str("\nkey ");
    HEXLOWER.encode_append(key.as_slice(), &mut text);
    text.push('\n');
    text
}

pub(super) fn parse(path: &Path, text: &[u8]) -> Result<Keyring, KeyringError> {
    let mut ids: Option<Secret> = None;
    let mut keys: Vec<Secret> = Vec::with_capacity(KEYS_MAX);
    let mut formatted = false;
    for (at, line) in text.split(|byte| *byte == b'\n').enumerate() {
        let line = line.trim_ascii();
        if line.is_empty() || line.starts_with(b"#") {
            continue;
        }
        let refuse = |problem| KeyringError::Line { path: path.to_owned(), line: at + 1, problem };
        if !formatted {
            if line != FORMAT.as_bytes() {
                return Err(refuse(KeyFileProblem::Format));
            }
            formatted = true;
            continue;
        }
        let (is_ids, secret) = secret(line).ok_or_else(|| refuse(KeyFileProblem::Malformed))?;
        if ids.iter().chain(&keys).any(|known| *known == secret) {
            return Err(refuse(KeyFileProblem::Repeated));
        }
        match is_ids {
            true if ids.is_some() => return Err(refuse(KeyFileProblem::SecondIds)),
            true => ids = Some(secret),
            false if keys.len() == KEYS_MAX => return Err(refuse(KeyFileProblem::TooMany)),
            false => keys.push(secret),
        }
    }
    let whole = |problem| KeyringError::Whole { path: path.to_owned(), problem };
    if !formatted {
        return Err(whole(KeyFileProblem::Format));
    }
    let ids = ids.ok_or_else(|| whole(KeyFileProblem::NoIds))?;
    if keys.is_empty() {
        return Err(whole(KeyFileProblem::NoKey));
    }
    Ok(Keyring::new(ids, &keys))
}

/// One line: whether it is `ids` (or else `key`), and its secret.
fn secret(line: &[u8]) -> Option<(bool, Secret)> {
    let (is_ids, digits) = match line.strip_prefix(b"ids ") {
        Some(digits) => (true, digits),
        None => (false, line.strip_prefix(b"key ")?),
    };
    let mut secret = Secret::default();
    let digits = digits.trim_ascii();
    (HEXLOWER.decode_len(digits.len()) == Ok(secret.len())).then_some(())?;
    HEXLOWER.decode_mut(digits, secret.as_mut_slice()).ok()?;
    Some((is_ids, secret))
}

#[cfg(test)]
mod tests;
