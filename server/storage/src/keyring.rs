//! The keys of stored checkpoints. Not what they are used for: that is `envelope`.
//!
//! A key file has one `ids` secret and a list of sealing keys. The first sealing key writes, all of them read: to
//! rotate, put a new line on top; to retire a key, remove its line, and what only it had sealed is refused from then on.
//! Ids come from the `ids` secret alone, so a rotation changes no id and equal states stay equal. The secret of the ids
//! keeps outsiders from telling what a state is by its id; integrity rests on the sealing keys only.

mod create;
mod error;
mod file;

pub use error::{KeyFileProblem, KeyringError};

use crate::private;
use std::{path::Path, sync::Arc};
use zeroize::Zeroizing;

/// 256 bits that are never printed and leave memory with their owner.
pub(crate) type Secret = Zeroizing<[u8; 32]>;

/// Contexts of BLAKE3's key derivation (its paper, section 2.3): one purpose each, never changed.
const IDS: &str = "mcp-v8 2026-11 heap ids";
const NAME: &str = "mcp-v8 2026-11 name of a sealing key";
const MAC: &str = "mcp-v8 2026-11 MAC of an envelope";
const CIPHER: &str = "mcp-v8 2026-11 keys of encrypted envelopes";

/// What an envelope calls the key that sealed it: derived from the key, so that no two keys share a name by mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct KeyName(pub [u8; 16]);

impl std::fmt::Display for KeyName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

pub(crate) struct SealingKey {
    pub name: KeyName,
    pub mac: Secret,
    pub cipher: Secret,
}

/// The keys of a server; clones share them.
#[derive(Clone)]
pub struct Keyring(Arc<Keys>);

struct Keys {
    ids: Secret,
    /// Never empty.
    sealing: Vec<SealingKey>,
}

impl Keyring {
    /// Reads the key file, or makes it (mode 0600, its directory 0700) where there is none. Of several servers that
    /// start at once one makes it and all of them read the same.
    pub fn open_or_create(path: &Path) -> Result<Self, KeyringError> {
        match Self::open(path) {
            Err(KeyringError::File(error)) if error.is_missing() => {
                create::create(path)?;
                Self::open(path)
            }
            other => other,
        }
    }

    /// Reads an existing key file.
    pub fn open(path: &Path) -> Result<Self, KeyringError> {
        let text = private::read(path, file::BYTES_MAX)?;
        file::parse(path, &text)
    }

    /// Keys of this process only, for storage that ends with it.
    pub fn ephemeral() -> Result<Self, KeyringError> {
        Ok(Self::new(random()?, &[random()?]))
    }

    fn new(ids: Secret, masters: &[Secret]) -> Self {
        let sealing = masters.iter().map(SealingKey::derive).collect();
        Self(Arc::new(Keys { ids: derive(IDS, &ids), sealing }))
    }

    /// The key that writes.
    pub(crate) fn first(&self) -> &SealingKey {
        self.0.sealing.first().expect("`parse` and `ephemeral` give at least one key")
    }

    /// The key of that name, if the file still lists it.
    pub(crate) fn named(&self, name: KeyName) -> Option<&SealingKey> {
        self.0.sealing.iter().find(|key| key.name == name)
    }

    /// What the ids of one tenant are made with; no two tenants share it.
    pub(crate) fn ids_of(&self, tenant: &str) -> Secret {
        Zeroizing::new(*blake3::keyed_hash(&self.0.ids, tenant.as_bytes()).as_bytes())
    }
}

impl SealingKey {
    fn derive(master: &Secret) -> Self {
        let name = derive(NAME, master);
        let name = KeyName(std::array::from_fn(|at| name[at]));
        Self { name, mac: derive(MAC, master), cipher: derive(CIPHER, master) }
    }
}

impl std::fmt::Debug for Keyring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Keyring({} sealing keys)", self.0.sealing.len())
    }
}

fn derive(context: &str, from: &Secret) -> Secret {
    Zeroizing::new(blake3::derive_key(context, from.as_slice()))
}

pub(crate) fn random() -> Result<Secret, KeyringError> {
    let mut secret = Secret::default();
    getrandom::fill(secret.as_mut_slice()).map_err(KeyringError::Random)?;
    Ok(secret)
}
