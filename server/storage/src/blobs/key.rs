//! The key of a blob, and its name in a directory or bucket: `tenant/ab/abcdef...`.

use mcp_v8_sandbox::HeapId;
use std::str::FromStr;

/// Context of the derivation; never changed.
const TENANT: &str = "mcp-v8 2026-11 directory of a tenant";

/// The directory of a tenant: 40 hexadecimal digits of a hash of its name, so that any text is a safe and short name
/// and no two tenants share one. Not a secret, and not proof of whose a blob is: that is in the envelope.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TenantKey([u8; 20]);

impl TenantKey {
    pub fn of(tenant: &str) -> Self {
        let hash = blake3::derive_key(TENANT, tenant.as_bytes());
        Self(std::array::from_fn(|at| hash[at]))
    }
}

impl std::fmt::Display for TenantKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl std::fmt::Debug for TenantKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TenantKey({self})")
    }
}

/// Only the one spelling that `Display` has.
impl FromStr for TenantKey {
    type Err = NotAKey;
    fn from_str(text: &str) -> Result<Self, NotAKey> {
        let mut key = [0; 20];
        let digits = data_encoding::HEXLOWER;
        if digits.decode_len(text.len()) != Ok(key.len()) {
            return Err(NotAKey);
        }
        digits.decode_mut(text.as_bytes(), &mut key).map_err(|_| NotAKey)?;
        Ok(Self(key))
    }
}

/// Whose blob, and which. Sorts as its name does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BlobKey {
    pub tenant: TenantKey,
    pub id: HeapId,
}

impl BlobKey {
    pub fn new(tenant: &str, id: HeapId) -> Self {
        Self { tenant: TenantKey::of(tenant), id }
    }

    /// The directory below that of the tenant: the first byte of the id, so that no directory grows too large.
    pub(super) fn shard(&self) -> u8 {
        self.id.0[0]
    }
}

/// `tenant/ab/abcdef...`
impl std::fmt::Display for BlobKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{:02x}/{}", self.tenant, self.shard(), self.id)
    }
}

impl FromStr for BlobKey {
    type Err = NotAKey;
    fn from_str(text: &str) -> Result<Self, NotAKey> {
        let (tenant, rest) = text.split_once('/').ok_or(NotAKey)?;
        let (shard, id) = rest.split_once('/').ok_or(NotAKey)?;
        let key = Self { tenant: tenant.parse()?, id: id.parse().map_err(|_| NotAKey)? };
        (shard == format!("{:02x}", key.shard())).then_some(key).ok_or(NotAKey)
    }
}

/// A name in the store that is none of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the name of a blob")]
pub struct NotAKey;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_tenant_has_a_safe_directory_of_its_own() {
        let long = "x".repeat(1 << 20);
        let names = ["", ".", "..", "a", "A", "a/b", "a\0", "ä", "😀", "\u{202e}a", &long];
        let keys: Vec<_> = names.iter().map(|name| TenantKey::of(name).to_string()).collect();
        for (at, key) in keys.iter().enumerate() {
            assert!(key.len() == 40 && key.bytes().all(|byte| byte.is_ascii_hexdigit()), "{key}");
            assert!(!keys[..at].contains(key), "{:?}", names[at]);
        }
    }

    #[test]
    fn a_key_is_read_back_from_its_name_only() {
        let key = BlobKey::new("tenant", HeapId(std::array::from_fn(|at| at as u8 + 0xa0)));
        let name = key.to_string();
        assert_eq!(name.parse(), Ok(key));
        assert_eq!(&name[40..44], "/a0/");
        for bad in ["", "a/b/c", &name[1..], &name.to_uppercase(), &name.replace("/a0/", "/a1/")] {
            assert_eq!(bad.parse::<BlobKey>(), Err(NotAKey), "{bad}");
        }
    }
}
