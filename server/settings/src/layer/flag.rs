//! Command line flags as layers. Not their spelling: the app maps `--http-port` to a dotted key.

use super::Layer;
use crate::source::Source;
use figment::value::{Empty, Tag, Value};
use serde_json::Value as Json;

pub(crate) fn read(flags: &[(String, Json)]) -> Vec<Layer> {
    flags.iter().map(|(key, value)| layer(key, value)).collect()
}

fn layer(key: &str, value: &Json) -> Layer {
    let path: Vec<String> = key.split('.').map(str::to_owned).collect();
    // JSON has nothing that the value tree could refuse; if it ever does, "nothing" is refused by `check`.
    let value = Value::serialize(value).unwrap_or(Value::Empty(Tag::Default, Empty::None));
    Layer::single(Source::Flag(key.to_owned()), &path, value)
}
