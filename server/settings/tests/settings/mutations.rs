//! 200 damaged copies of the reference file: none panics, and each refusal says where and what.

use crate::mutation::{Kind, Mutation, mutations};
use crate::support::{Setup, reference_in_full};
use mcp_v8_settings::{Diagnostic, Problem, Source};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngSeed, TestRunner};
use std::collections::HashMap;

const CASES: usize = 200;

#[test]
fn a_damaged_file_never_panics_and_every_refusal_names_file_place_and_key() {
    let reference = reference_in_full();
    Setup::file(&reference).settings();
    // A fixed seed: a failure is the same for everyone.
    let mut runner = TestRunner::new(Config { rng_seed: RngSeed::Fixed(8), ..Config::default() });
    let mut tried: HashMap<Kind, usize> = HashMap::new();
    let mut refused: HashMap<Kind, usize> = HashMap::new();
    for _ in 0..CASES {
        let mutation = mutations().new_tree(&mut runner).unwrap().current();
        *tried.entry(mutation.kind).or_default() += 1;
        if is_refused_with_its_place(&reference, &mutation) {
            *refused.entry(mutation.kind).or_default() += 1;
        }
    }
    for kind in Kind::ALL {
        let (tried, refused) = (tried[&kind], refused.get(&kind).copied().unwrap_or_default());
        assert!(tried >= 10, "{kind:?} was tried {tried} times");
        // Half a file, another type and bytes in a comment may happen to be right; the others cannot be.
        let may_be_right = matches!(kind, Kind::Truncate | Kind::ChangeType | Kind::RandomBytes);
        assert!(
            refused == tried || (may_be_right && refused > 0),
            "{kind:?}: {refused} of {tried}"
        );
    }
}

fn is_refused_with_its_place(reference: &str, mutation: &Mutation) -> bool {
    let setup = Setup::file(mutation.apply(reference));
    let Err(diagnostics) = setup.load() else { return false };
    for diagnostic in &diagnostics {
        let file = setup.sources.file.clone().unwrap();
        assert_eq!(diagnostic.source, Source::File(file), "{mutation:?}\n{diagnostics}");
        assert!(says_where(diagnostic), "{mutation:?}\n{diagnostics}");
        assert!(!diagnostic.problem.to_string().is_empty());
    }
    true
}

/// A key with its place; or a place where the text itself is broken, so that there is no key; or the whole file.
fn says_where(diagnostic: &Diagnostic) -> bool {
    match diagnostic.problem {
        Problem::Syntax(_) | Problem::NotUtf8 => diagnostic.place.is_some(),
        Problem::Unreadable(_) | Problem::TooLarge { .. } => true,
        _ => diagnostic.place.is_some() && diagnostic.key.is_some(),
    }
}
