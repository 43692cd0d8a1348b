//! Listing a directory of blobs in the order of their keys. Names that are not ours are left out and left alone.

use super::Dir;
use crate::{
    Timestamp,
    blobs::{BlobEntry, BlobError, BlobKey, BlobPage, LIST_MAX, TenantKey},
};
use mcp_v8_sandbox::HeapId;
use std::{ffi::OsString, os::unix::fs::MetadataExt, path::Path, str::FromStr};

impl Dir {
    pub fn list(
        &self,
        tenant: Option<TenantKey>,
        after: Option<BlobKey>,
    ) -> Result<BlobPage, BlobError> {
        let tenants = match tenant {
            Some(tenant) => vec![tenant],
            None => ours::<TenantKey>(self.disk.names(&self.root)?).collect(),
        };
        let mut entries = Vec::new();
        for tenant in tenants {
            if after.is_none_or(|after| tenant >= after.tenant) {
                let after = after.filter(|after| after.tenant == tenant);
                self.tenant(tenant, after, &mut entries)?;
            }
            if entries.len() > LIST_MAX {
                break;
            }
        }
        Ok(BlobPage::cut(entries))
    }

    fn tenant(
        &self,
        tenant: TenantKey,
        after: Option<BlobKey>,
        entries: &mut Vec<BlobEntry>,
    ) -> Result<(), BlobError> {
        let home = self.root.join(tenant.to_string());
        let from = after.map(|after| format!("{:02x}", after.shard())).unwrap_or_default();
        for shard in self.disk.names(&home)? {
            if shard.as_os_str() < std::ffi::OsStr::new(&from) {
                continue;
            }
            let dir = home.join(&shard);
            for id in ours::<HeapId>(self.disk.names(&dir)?) {
                let key = BlobKey { tenant, id };
                let expected = shard.as_os_str() == format!("{:02x}", key.shard()).as_str();
                if expected && after.is_none_or(|after| key > after) {
                    entries.extend(entry(key, &dir.join(id.to_string())));
                }
                if entries.len() > LIST_MAX {
                    return Ok(());
                }
            }
        }
        Ok(())
    }
}

/// `None` for what went while it was listed.
fn entry(key: BlobKey, path: &Path) -> Option<BlobEntry> {
    let metadata = std::fs::symlink_metadata(path).ok().filter(std::fs::Metadata::is_file)?;
    let modified = metadata.mtime().saturating_mul(1000) + metadata.mtime_nsec() / 1_000_000;
    Some(BlobEntry { key, bytes: metadata.len(), modified: Timestamp(modified) })
}

fn ours<T: FromStr>(names: Vec<OsString>) -> impl Iterator<Item = T> {
    names.into_iter().filter_map(|name| name.to_str()?.parse().ok())
}
