//! Tags of heaps: reading, changing, searching.

use super::{Store, check_limit};
use crate::{
    Doing, StorageError, TagPage, TagQuery, Tags, Timestamp,
    sql::state as sql,
    state::{check_query, check_tags},
};
use mcp_v8_sandbox::HeapId;
use std::collections::BTreeSet;

impl Store {
    /// The tags of a heap; `None` when the tenant has none of this id.
    pub async fn tags(&self, tenant: &str, heap: HeapId) -> Result<Option<Tags>, StorageError> {
        let tenant = tenant.to_owned();
        self.read(Doing::Tagging, move |connection| sql::tags(connection, &tenant, heap)).await
    }

    /// Gives a heap these tags and no others; false when the tenant has none of this id. A heap that has tags is never
    /// collected.
    ///
    /// # Errors
    /// [`StorageError::Tags`]
    pub async fn set_tags(
        &self,
        tenant: &str,
        heap: HeapId,
        tags: Tags,
    ) -> Result<bool, StorageError> {
        check_tags(&tags)?;
        let (tenant, now) = (tenant.to_owned(), Timestamp::now());
        self.change(move |connection| sql::set_tags(connection, &tenant, heap, &tags, now)).await
    }

    /// Takes the tags of these names from a heap, or all; false when the tenant has none of this id.
    pub async fn delete_tags(
        &self,
        tenant: &str,
        heap: HeapId,
        names: Option<BTreeSet<String>>,
    ) -> Result<bool, StorageError> {
        let (tenant, now) = (tenant.to_owned(), Timestamp::now());
        let change =
            move |connection: &_| sql::delete_tags(connection, &tenant, heap, names.as_ref(), now);
        self.change(change).await
    }

    /// Heaps of a tenant that have all of these tags, exactly, by id.
    ///
    /// # Errors
    /// [`StorageError::ListLimit`]; [`StorageError::Tags`], also when no tag is asked for.
    pub async fn heaps_by_tags(
        &self,
        tenant: &str,
        query: TagQuery,
    ) -> Result<TagPage, StorageError> {
        check_limit(query.limit)?;
        check_query(&query)?;
        let tenant = tenant.to_owned();
        self.read(Doing::Tagging, move |connection| sql::by_tags(connection, &tenant, &query)).await
    }
}
