//! `delete_heap_tags`: takes tags from a heap.

use super::{Call, CallError, heap_id};
use crate::arguments::{self, ArgumentError};
use crate::{schema, view};
use rmcp::model::{CallToolResult, Tool, ToolAnnotations};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

pub const NAME: &str = "delete_heap_tags";

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Arguments {
    /// Id of a stored state, as run_js returned it in heap.
    heap: String,
    /// Names of the tags, separated by commas; all tags when left out. A name with a comma in it: set_heap_tags.
    #[serde(default)]
    keys: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct DeletedView {
    /// Always true: the heap has no such tags any more.
    ok: bool,
}

pub fn tool() -> Tool {
    let description = "Takes tags from a stored state (heap), those named in `keys` or all. The heap itself stays until \
        nothing keeps it.";
    Tool::new(NAME, description, schema::input::<Arguments>())
        .with_title("Delete tags of a heap")
        .with_raw_output_schema(schema::output::<DeletedView>())
        .with_annotations(
            ToolAnnotations::new()
                .read_only(false)
                .destructive(true)
                .idempotent(true)
                .open_world(false),
        )
}

pub async fn call(call: Call<'_>) -> Result<CallToolResult, CallError> {
    let given: Arguments = arguments::parse(NAME, call.arguments)?;
    let id = heap_id(NAME, &given.heap)?;
    let names = given.keys.as_deref().map(names).transpose()?;
    call.service.delete_tags(&call.principal, id, names).await?;
    Ok(view::answer(&DeletedView { ok: true }, false))
}

fn names(keys: &str) -> Result<BTreeSet<String>, ArgumentError> {
    let names: BTreeSet<String> = keys.split(',').map(|name| name.trim().to_owned()).collect();
    if names.contains("") {
        // "Nothing" must not become "all".
        let problem = "keys has an empty name; leave keys out to delete all tags".to_owned();
        return Err(ArgumentError::Value { tool: NAME, problem });
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn an_empty_list_of_keys_is_refused_and_never_means_all() {
        let two = names("a, b").expect("two names");
        assert_eq!(two.into_iter().collect::<Vec<_>>(), ["a", "b"]);
        for bad in ["", " ", ",", "a,", "a,,b"] {
            assert!(names(bad).is_err(), "{bad:?}");
        }
    }
}
