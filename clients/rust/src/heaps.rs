//! Heaps by their tags. By hand, because every tag is a parameter of its own.

use crate::Client;
use crate::error::{self, Error};
use crate::types::TaggedList;
use progenitor_client::ClientInfo as _;
use std::collections::BTreeMap;

impl Client {
    /// A page of the heaps that have all of these tags, exactly; at least one tag.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn query_heaps_by_tags(
        &self,
        tags: &BTreeMap<String, String>,
        limit: Option<u64>,
        after: Option<&str>,
    ) -> Result<TaggedList, Error> {
        let tags = tags.iter().map(|(name, value)| (format!("tag.{name}"), value.clone()));
        let limit = limit.map(|limit| ("limit".to_owned(), limit.to_string()));
        let after = after.map(|after| ("after".to_owned(), after.to_owned()));
        let query: Vec<(String, String)> = tags.chain(limit).chain(after).collect();
        let url = format!("{}/api/heaps", self.baseurl());
        error::read(self.client().get(url).query(&query).send().await?).await
    }
}
