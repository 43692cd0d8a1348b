//! From the merged document to checked settings: who set a key, what paths start from, what contradicts what. Not the
//! rules themselves: each stands in its section.

use crate::diagnostic::Diagnostic;
use crate::flaws::Flaws;
use crate::key::Key;
use crate::layer::Layer;
use crate::measure::Measure;
use crate::place::Place;
use crate::problem::Problem;
use crate::source::Source;
use std::path::{Path, PathBuf};

pub(crate) struct Resolver<'r> {
    layers: &'r [Layer],
    env: &'r [(String, String)],
    earlier: Flaws,
    found: Vec<Diagnostic>,
}

impl<'r> Resolver<'r> {
    pub(crate) fn new(layers: &'r [Layer], env: &'r [(String, String)], earlier: Flaws) -> Self {
        Self { layers, env, earlier, found: Vec::new() }
    }

    /// A problem of one key, at the place that set it.
    pub(crate) fn refuse(&mut self, key: impl Into<Key>, problem: Problem) {
        self.refuse_any(&[key.into()], problem);
    }

    /// A problem between keys, at the first of them that anyone set. Silent when one of them was dropped before: its
    /// default would be judged in place of what was meant.
    pub(crate) fn refuse_any(&mut self, keys: &[Key], problem: Problem) {
        if keys.iter().any(|key| self.earlier.dropped(key)) {
            return;
        }
        let set = keys.iter().find_map(|key| Some((self.setter(key)?, key)));
        self.found.push(match set {
            Some((layer, key)) => layer.diagnostic(key, problem),
            None => Diagnostic {
                source: Source::Default,
                place: None,
                key: keys.first().cloned(),
                problem,
            },
        });
    }

    /// Refuses `low` above `high`.
    pub(crate) fn at_most(&mut self, low: Measure, high: Measure) {
        if low.base() > high.base() {
            let names = low.keys.iter().chain(high.keys);
            let keys: Vec<Key> = names.map(|name| Key::from(*name)).collect();
            self.refuse_any(&keys, Problem::Above(low, high));
        }
    }

    /// Some source has the key; otherwise its value is the default.
    pub(crate) fn is_set(&self, key: &str) -> bool {
        self.setter(&Key::from(key)).is_some()
    }

    /// A path as its source means it: relative ones start at the file's folder, or else at the working directory.
    pub(crate) fn absolute(&self, key: impl Into<Key>, path: &Path) -> PathBuf {
        let base = self.setter(&key.into()).map_or(Path::new(""), |layer| &layer.base);
        let path = base.join(path);
        // Fails only without a working directory; the relative path then fails where it is used.
        std::path::absolute(&path).unwrap_or(path)
    }

    /// Where a key stands, as diagnostics say it.
    pub(crate) fn origin(&self, key: &Key) -> String {
        let Some(layer) = self.setter(key) else { return Source::Default.to_string() };
        match layer.places.get(key).map(|spot| spot.value) {
            Some(Place { line, column }) => format!("{}:{line}:{column}", layer.source),
            None => layer.source.to_string(),
        }
    }

    /// The configuration file, if there is one.
    pub(crate) fn file(&self) -> Option<&'r Path> {
        self.layers.iter().find_map(|layer| match &layer.source {
            Source::File(path) => Some(path.as_path()),
            _ => None,
        })
    }

    /// A variable of the environment that is not ours.
    pub(crate) fn variable(&self, name: &str) -> Option<&str> {
        self.env.iter().find(|(known, _)| known == name).map(|(_, text)| text.as_str())
    }

    pub(crate) fn finish(self) -> Flaws {
        let mut flaws = self.earlier;
        self.found.into_iter().for_each(|diagnostic| flaws.report(diagnostic));
        flaws
    }

    fn setter(&self, key: &Key) -> Option<&'r Layer> {
        self.layers.iter().rev().find(|layer| layer.holds(key))
    }
}
