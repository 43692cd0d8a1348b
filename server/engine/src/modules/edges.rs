//! Which edges of the graph of imports the server has judged. deno_core asks for a module once, and links every further
//! edge to it without a word: those are judged here. Not the judgement.

use mcp_v8_sandbox::host_call::module::Edge;
use std::collections::{HashMap, HashSet};

/// See the module.
#[derive(Default)]
pub struct Edges {
    /// The first edge to each module: judged when the module is loaded.
    first: HashMap<String, Edge>,
    /// What was judged in this run: who imports what.
    judged: HashSet<(Option<String>, String)>,
    /// What is linked may be there without having been loaded here: the isolate was restored with its modules.
    restored: bool,
}

impl Edges {
    pub fn restored(&mut self) {
        self.restored = true;
    }

    /// A run begins: what was allowed to the one before may not be to this one.
    pub fn begin(&mut self) {
        self.judged.clear();
    }

    /// Whether an edge must be judged at once, because no load will.
    pub fn is_to_judge(&mut self, edge: &Edge) -> bool {
        if self.judged.contains(&key(edge)) {
            return false;
        }
        if self.restored || self.first.contains_key(&edge.specifier) {
            self.first.entry(edge.specifier.clone()).or_insert_with(|| edge.clone());
            return true;
        }
        self.first.insert(edge.specifier.clone(), edge.clone());
        self.judged.insert(key(edge));
        false
    }

    /// The server allowed it.
    pub fn allowed(&mut self, edge: &Edge) {
        self.judged.insert(key(edge));
    }

    /// The edge by which a module is loaded.
    pub fn of_load(&self, url: &str) -> Option<Edge> {
        self.first.get(url).cloned()
    }

    /// A module was loaded, and is at `found` after redirects.
    pub fn loaded(&mut self, edge: &Edge, found: &str) {
        if !self.first.contains_key(found) {
            self.first.insert(found.to_owned(), edge.clone());
        }
    }

    /// A module was refused or could not be had: the next import of it is a first one again.
    pub fn failed(&mut self, edge: &Edge) {
        self.first.remove(&edge.specifier);
        self.judged.remove(&key(edge));
    }
}

fn key(edge: &Edge) -> (Option<String>, String) {
    (edge.referrer.clone(), edge.specifier.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edge(referrer: Option<&str>, specifier: &str) -> Edge {
        let specifier = specifier.to_owned();
        Edge { requested: specifier.clone(), specifier, referrer: referrer.map(str::to_owned) }
    }

    #[test]
    fn the_first_edge_is_judged_by_its_load_and_every_other_before_it_is_linked() {
        let mut edges = Edges::default();
        assert!(!edges.is_to_judge(&edge(None, "a")), "its load is judged");
        assert!(!edges.is_to_judge(&edge(None, "a")), "the same edge again");
        assert!(edges.is_to_judge(&edge(Some("b"), "a")), "another edge to it");
        assert!(edges.is_to_judge(&edge(Some("b"), "a")), "and until it was allowed");
        edges.allowed(&edge(Some("b"), "a"));
        assert!(!edges.is_to_judge(&edge(Some("b"), "a")));
        edges.begin();
        assert!(edges.is_to_judge(&edge(None, "a")), "the next run is judged anew");
    }

    #[test]
    fn where_a_redirect_led_is_judged_for_whoever_imports_it_directly() {
        let mut edges = Edges::default();
        edges.is_to_judge(&edge(None, "a"));
        edges.loaded(&edge(None, "a"), "a/final");
        assert!(edges.is_to_judge(&edge(None, "a/final")));
    }

    #[test]
    fn a_load_that_failed_is_tried_again_and_judged_by_it() {
        let mut edges = Edges::default();
        edges.is_to_judge(&edge(None, "a"));
        edges.failed(&edge(None, "a"));
        assert!(!edges.is_to_judge(&edge(None, "a")));
        assert!(edges.of_load("a").is_some());
    }

    #[test]
    fn in_a_restored_isolate_every_edge_is_judged() {
        let mut edges = Edges::default();
        edges.restored();
        assert!(edges.is_to_judge(&edge(None, "a")));
    }
}
