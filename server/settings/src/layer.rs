//! One source of values with its places: a file, one variable or one flag. Not merged with the others yet.

pub(crate) mod environment;
pub(crate) mod file;
pub(crate) mod flag;

use crate::diagnostic::Diagnostic;
use crate::flaws::Flaws;
use crate::key::{Key, Segment};
use crate::place::Place;
use crate::problem::Problem;
use crate::source::{Source, Sources};
use figment::value::{Dict, Map, Tag, Value};
use figment::{Metadata, Profile, Provider};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Where a key and its value stand in the file.
#[derive(Clone, Copy)]
pub(crate) struct Spot {
    pub(crate) key: Place,
    pub(crate) value: Place,
}

pub(crate) struct Layer {
    pub(crate) source: Source,
    pub(crate) values: Dict,
    /// Empty for every source but the file.
    pub(crate) places: BTreeMap<Key, Spot>,
    /// What relative paths of this source start from; empty: the working directory.
    pub(crate) base: PathBuf,
}

impl Layer {
    /// A source of exactly one value.
    fn single(source: Source, path: &[String], value: Value) -> Self {
        let mut nested = value;
        for name in path.iter().skip(1).rev() {
            nested = Value::Dict(Tag::Default, Dict::from([(name.clone(), nested)]));
        }
        let first = path.first().cloned().unwrap_or_default();
        let values = Dict::from([(first, nested)]);
        Self { source, values, places: BTreeMap::new(), base: PathBuf::new() }
    }

    pub(crate) fn holds(&self, key: &Key) -> bool {
        let mut segments = key.segments().iter();
        let Some(Segment::Name(first)) = segments.next() else { return false };
        let mut value = self.values.get(first);
        for segment in segments {
            value = match (value, segment) {
                (Some(Value::Dict(_, dict)), Segment::Name(name)) => dict.get(name),
                (Some(Value::Array(_, items)), Segment::Item(index)) => items.get(*index),
                _ => None,
            };
        }
        value.is_some()
    }

    /// A problem with the value of `key`, at its place when the file has it.
    pub(crate) fn diagnostic(&self, key: &Key, problem: Problem) -> Diagnostic {
        let place = self.places.get(key).map(|spot| spot.value);
        Diagnostic { source: self.source.clone(), place, key: Some(key.clone()), problem }
    }
}

impl Provider for &Layer {
    fn metadata(&self) -> Metadata {
        Metadata::from("settings", self.source.to_string())
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        Ok(Profile::Default.collect(self.values.clone()))
    }
}

/// All layers, weakest first; and whether that is all of them, or the file could not be used.
pub(crate) fn collect(sources: &Sources, flaws: &mut Flaws) -> (Vec<Layer>, bool) {
    let mut layers = Vec::new();
    let mut complete = true;
    if let Some(path) = &sources.file {
        match file::read(path, flaws) {
            Some(layer) => layers.push(layer),
            None => complete = false,
        }
    }
    layers.extend(environment::read(&sources.env));
    layers.extend(flag::read(&sources.flags));
    (layers, complete)
}
